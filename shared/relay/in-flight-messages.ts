import { Readable } from 'node:stream';
import { PermanentMailError } from '../errors/mail-error.ts';
import type { BlobInfo, BlobStore } from '../ports/blob-store.ts';

/** Messages between being written and their one attempt: a relayed mail is never sent later, so nothing outlives it. */
export interface InFlightMessages extends BlobStore {
  hold(key: string, mime: Uint8Array): void;
  drop(key: string): void;
}

/** @param now the time that a held message bears */
export function createInFlightMessages(now: () => Date = () => new Date()): InFlightMessages {
  const held = new Map<string, Uint8Array>();
  const infoOf = (key: string, mime: Uint8Array): BlobInfo => ({
    key,
    sizeBytes: mime.length,
    etag: key,
    metadata: {},
    modifiedAt: now(),
  });
  const readOnly = async (): Promise<never> => {
    throw new PermanentMailError('ERR_SETTING', 'messages in flight are held in memory: only whole reads are allowed');
  };
  return {
    bucket: 'in-flight',
    hold: (key, mime) => void held.set(key, mime),
    drop: (key) => void held.delete(key),
    async get(key) {
      const mime = held.get(key);
      return mime === undefined
        ? undefined
        : { info: infoOf(key, mime), body: Readable.from([mime], { objectMode: false }) };
    },
    async head(key) {
      const mime = held.get(key);
      return mime === undefined ? undefined : infoOf(key, mime);
    },
    async delete(key) {
      held.delete(key);
    },
    put: readOnly,
    list: readOnly,
    signGet: readOnly,
  };
}
