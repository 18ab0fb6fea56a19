import { TransientMailError } from '../../errors/mail-error.ts';

/**
 * Waits for work, but no longer than so: a source that stalls or a handler that never settles must not leave a queue
 * record without an end (FAILURES B1). The timer keeps the process alive until one of them comes.
 * @param ms unit: milliseconds
 * @param stop is called when the time is over; the work's own end is of no interest then
 * @throws TransientMailError `ERR_OUT_OF_TIME`, or what the work throws
 */
export async function withinTime<Result>(
  ms: number,
  work: Promise<Result>,
  stop: (error: Error) => void,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new TransientMailError('ERR_OUT_OF_TIME', `reading the mail takes more than ${ms} ms`);
      reject(error);
      stop(error);
    }, ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
