import type { RunTask, TaskInput, TaskName } from './parser-tasks.ts';
import { runTaskHere } from './parser-tasks.ts';
import type { TextWorkerHost } from './text-worker-host.ts';

/** Input up to this size is worked on at once: a few milliseconds, and most mail needs no thread at all. Unit: bytes. */
const maxHereBytes = { text: 64 * 1024, fields: 32 * 1024 };

/** Runs small tasks in this thread and large ones where they can be killed. */
export function createTaskRunner(host: TextWorkerHost): RunTask {
  return (name, input) => (isSmall(input) ? runTaskHere(name, input) : host.run(name, input));
}

function isSmall(input: TaskInput<TaskName>): boolean {
  if ('bytes' in input) return input.bytes.length <= maxHereBytes.text;
  let chars = 0;
  for (const { name, value } of input.fields) chars += name.length + value.length;
  return chars <= maxHereBytes.fields;
}
