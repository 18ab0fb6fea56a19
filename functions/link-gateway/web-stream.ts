import { Readable } from 'node:stream';
import type { ReadableStream as NodeWebStream } from 'node:stream/web';

/** Bytes that wait between the store and a slow client; unit: bytes. */
const waitingBytes = 256 * 1024;

/** A Node stream as the body of a response: back-pressured by bytes, and destroyed when the client goes away. */
export function toWebStream(body: Readable): ReadableStream<Uint8Array> {
  const stream: NodeWebStream = Readable.toWeb(body, {
    strategy: new ByteLengthQueuingStrategy({ highWaterMark: waitingBytes }),
  });
  // The same class at run time; Node declares it twice.
  return stream as unknown as ReadableStream<Uint8Array>;
}
