import { once } from 'node:events';
import { Readable } from 'node:stream';

/** Hands the bytes of one file to a consumer at the consumer's pace. */
export interface FileFeed {
  /** Settles when the consumer can take more. @throws what the consumer threw */
  write(bytes: Buffer): Promise<void>;
  /** Settles when the consumer has, and the content is consumed. @throws what the consumer threw */
  end(): Promise<void>;
  /** The file will not be complete: the content fails with the cause, and the consumer is waited for no more. */
  abort(cause: unknown): void;
}

/** Bytes that may wait for the consumer. */
const highWaterMarkBytes = 64 * 1024;

/**
 * Starts a consumer on a stream that is fed from outside. A consumer that settles without reading everything makes the
 * rest run dry, so that nothing hangs; one that destroys the stream gets no more; one that throws ends the feed.
 */
export function createFileFeed(consume: (content: Readable) => Promise<void>): FileFeed {
  let wake: () => void = () => {};
  let failure: { readonly error: unknown } | undefined;
  const content = new Readable({ highWaterMark: highWaterMarkBytes, read: () => wake() });
  // The consumer learns of an error where it reads; without a listener it would end the process.
  content.on('error', () => {});
  content.once('close', () => wake());

  const run = async () => {
    try {
      await consume(content);
      content.resume();
    } catch (error) {
      failure = { error };
      content.destroy();
    }
    wake();
  };
  const settled = run();

  const throwFailure = () => {
    if (failure !== undefined) throw failure.error;
  };

  return {
    async write(bytes) {
      throwFailure();
      if (bytes.length === 0 || content.destroyed || content.push(bytes)) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      throwFailure();
    },
    async end() {
      if (!content.destroyed) content.push(null);
      await settled;
      throwFailure();
      if (!content.closed) await once(content, 'close');
    },
    abort(cause) {
      content.destroy(cause instanceof Error ? cause : new Error('the mail could not be read to its end', { cause }));
    },
  };
}
