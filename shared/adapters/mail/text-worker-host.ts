import { Worker } from 'node:worker_threads';
import { PermanentMailError, TransientMailError } from '../../errors/mail-error.ts';
import type { TaskInput, TaskName, TaskOutput } from './parser-tasks.ts';
import type { FromTextWorker, WorkerTask } from './text-worker-protocol.ts';

/** What one task may take before its worker is killed. */
export interface TaskLimits {
  /** Unit: MB of the worker's heap. */
  readonly heapMegabytes: number;
  /** Unit: bytes of buffers and strings outside the heap, which the heap's own limit does not see. */
  readonly externalBytes: number;
  /** Unit: milliseconds. */
  readonly taskMs: number;
  /** How long a worker without work is kept. Unit: milliseconds. */
  readonly idleMs: number;
}

/** The limits of FAILURES B20 and C10: a mail that reaches one is no mail that anybody reads. */
export const defaultTaskLimits: TaskLimits = {
  heapMegabytes: 256,
  externalBytes: 256 * 1024 * 1024,
  taskMs: 20_000,
  idleMs: 10_000,
};

/** Runs tasks in one worker thread that is made when it is first needed. */
export interface TextWorkerHost {
  /**
   * One after the other, in order.
   * @throws PermanentMailError `ERR_PARSE_RESOURCE` when the worker was killed or died, else what the task throws
   * @throws TransientMailError `ERR_INTERNAL` when no worker can be started
   */
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>>;
}

/** How often the memory of a busy worker is looked at. */
const lookEveryMs = 200;

/** Makes a host; there is no thread before the first task, and none that keeps the process alive after the last. */
export function createTextWorkerHost(limits: TaskLimits): TextWorkerHost {
  let last: Promise<unknown> = Promise.resolve();
  let warm: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;

  const drop = (worker: Worker) => {
    if (warm === worker) warm = undefined;
  };
  const rest = (worker: Worker) => {
    worker.unref();
    idle = setTimeout(() => {
      drop(worker);
      void worker.terminate();
    }, limits.idleMs);
    idle.unref();
  };
  const runNext = async (task: WorkerTask): Promise<unknown> => {
    clearTimeout(idle);
    const worker = warm ?? (await startWorker(limits));
    warm = worker;
    worker.once('exit', () => drop(worker));
    worker.ref();
    try {
      const output = await runIn(worker, task, limits);
      rest(worker);
      return output;
    } catch (error) {
      if (error instanceof PermanentMailError && error.code !== 'ERR_PARSE_RESOURCE') rest(worker);
      else {
        drop(worker);
        void worker.terminate();
      }
      throw error;
    }
  };

  return {
    run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
      const result = last.then(() => runNext({ name, input }));
      last = result.catch(() => {});
      return result as Promise<TaskOutput<Name>>;
    },
  };
}

function startWorker(limits: TaskLimits): Promise<Worker> {
  const file = import.meta.url.endsWith('.ts') ? './text-worker.ts' : './text-worker.mjs';
  const worker = new Worker(new URL(file, import.meta.url), {
    name: 'lightermail-text',
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes, maxYoungGenerationSizeMb: 16 },
  });
  return new Promise((resolve, reject) => {
    const refuse = (cause?: unknown) =>
      reject(new TransientMailError('ERR_INTERNAL', 'the worker that reads large texts does not start', { cause }));
    worker.once('error', refuse);
    worker.once('exit', refuse);
    worker.once('message', () => {
      worker.off('error', refuse);
      worker.off('exit', refuse);
      // An error while nothing waits must not end the process; `exit` follows and the worker is dropped.
      worker.on('error', () => {});
      resolve(worker);
    });
  });
}

function runIn(worker: Worker, task: WorkerTask, limits: TaskLimits): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const kill = (reason: string, cause?: unknown) => settle(() => reject(spent(reason, cause)));
    const onError = (cause: unknown) => kill('the worker that read it died', cause);
    const onExit = () => kill('the worker that read it ended');
    const onMessage = (message: FromTextWorker) => {
      if (message === 'ready') return;
      if ('output' in message) settle(() => resolve(message.output));
      else settle(() => reject(new PermanentMailError(message.failure.code, message.failure.message)));
    };
    const clock = setTimeout(() => kill(`more than ${limits.taskMs} ms`), limits.taskMs);
    const look = setInterval(async () => {
      const bytes = await externalBytesOf(worker);
      if (bytes > limits.externalBytes) kill(`more than ${limits.externalBytes} bytes outside the heap`);
    }, lookEveryMs);
    const settle = (act: () => void) => {
      clearTimeout(clock);
      clearInterval(look);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(task, buffersOf(task.input));
  });
}

/** Bytes that stand in a buffer of their own move to the worker: a copy of ten megabytes would be felt. */
function buffersOf(input: TaskInput<TaskName>): ArrayBuffer[] {
  if (!('bytes' in input)) return [];
  const { buffer, byteLength } = input.bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

/** A worker that ends meanwhile has none. */
async function externalBytesOf(worker: Worker): Promise<number> {
  try {
    return (await worker.getHeapStatistics()).external_memory;
  } catch {
    return 0;
  }
}

function spent(reason: string, cause?: unknown): PermanentMailError {
  return new PermanentMailError('ERR_PARSE_RESOURCE', `text that takes too much to read: ${reason}`, { cause });
}
