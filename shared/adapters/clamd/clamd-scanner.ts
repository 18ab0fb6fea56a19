import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { MalwareScanner, ScanResult } from '../../ports/malware-scanner.ts';
import { openClamd } from './open-clamd.ts';

export interface ClamdOptions {
  /** The path of its socket, or `host:port`. */
  readonly address: string;
  /** Silence for so long means that it is not there. Unit: milliseconds. */
  readonly silenceMs?: number;
}

const defaultSilenceMs = 120_000;
/** clamd answers in one line. */
const mostAnswerBytes = 4096;

/**
 * ClamAV's daemon, over its socket: the bytes go in as a stream of chunks, each behind its length, and one line comes
 * back. A file beyond its `StreamMaxLength`, and one that it calls an error, is unscannable.
 * @see https://docs.clamav.net/manual/Usage/Scanning.html#clamd (INSTREAM)
 */
export function createClamdScanner({ address, silenceMs = defaultSilenceMs }: ClamdOptions): MalwareScanner {
  return {
    name: 'clamd',
    async scan(content) {
      const socket = openClamd(address);
      socket.setTimeout(silenceMs, () => socket.destroy(new Error('clamd is silent')));
      const answer = readAnswer(socket);
      // Its failure is seen below; without this it would count as nobody's meanwhile.
      answer.catch(() => undefined);
      try {
        await sendAll(socket, content);
        return toResult(await answer);
      } catch (cause) {
        if (cause instanceof SourceFailure) throw cause.cause;
        // A daemon that refuses the rest of a file answers first, then closes.
        const told = await answer.catch(() => '');
        if (told !== '') return toResult(told);
        throw new TransientMailError('ERR_SCAN_UNAVAILABLE', 'clamd does not answer', { cause });
      } finally {
        socket.destroy();
      }
    },
  };
}

/** The file could not be read: nothing that the scanner is to blame for. */
class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
}

async function sendAll(socket: Socket, content: Readable): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  const chunks = content[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch((cause: unknown) => {
      throw new SourceFailure('the file could not be read', { cause });
    });
    if (next.done === true) break;
    const chunk: Buffer = next.value;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    await write(socket, Buffer.concat([length, chunk]));
  }
  await write(socket, Buffer.alloc(4));
}

/** Resolved when the socket has taken the bytes: memory holds one chunk. */
function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) return reject(new Error('clamd has closed the connection'));
    const onClose = () => reject(new Error('clamd has closed the connection'));
    socket.once('close', onClose);
    socket.write(bytes, (error) => {
      socket.off('close', onClose);
      if (error) reject(error);
      else resolve();
    });
  });
}

function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      text = (text + part).slice(0, mostAnswerBytes);
      if (text.includes('\0')) resolve(text.slice(0, text.indexOf('\0')));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('clamd has closed the connection')));
  });
}

function toResult(answer: string): ScanResult {
  if (answer.endsWith(' FOUND')) return isNoMalware(answer) ? 'unscannable' : 'infected';
  return answer.endsWith(': OK') ? 'clean' : 'unscannable';
}

/** What clamd can be set to report although it found nothing: that it could not look. */
const isNoMalware = (answer: string) => /Heuristics\.(?:Encrypted|Limits\.Exceeded)/.test(answer);
