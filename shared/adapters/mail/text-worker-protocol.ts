import type { PermanentCode } from '../../errors/codes.ts';
import { MailError } from '../../errors/mail-error.ts';
import type { TaskInput, TaskName } from './parser-tasks.ts';

/** One task for the worker, and its answer; a worker has one at a time. */
export interface WorkerTask {
  readonly name: TaskName;
  readonly input: TaskInput<TaskName>;
}

export type FromTextWorker =
  | 'ready'
  | { readonly output: unknown }
  | { readonly failure: { readonly code: PermanentCode; readonly message: string } };

/** An error as it crosses the thread: ours keeps its code, any other means that the text cannot be read. */
export function toTaskFailure(error: unknown): FromTextWorker {
  if (error instanceof MailError) return { failure: { code: error.code as PermanentCode, message: error.message } };
  return { failure: { code: 'ERR_PARSE', message: 'text that the parser cannot read' } };
}
