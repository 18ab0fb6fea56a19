import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { type SplitMail, splitMbox } from './check-mbox.ts';

/** One mail that was found on disk. */
export interface FoundMail {
  /** The path as it was given, or under the folder that was given. */
  readonly file: string;
  /** Of the whole file; the mails of an mbox are not measured before they are read. */
  readonly sizeBytes: number;
  readonly body: Readable;
  /** Call it when the mail has been read: the name, with `#3` for the third mail of an mbox. */
  settle(): Promise<string>;
}

const mailExtensions = new Set(['.eml', '.mbox', '.mbx', '.msg', '.mail', '.mime', '.raw', '.emlx']);
/** What lies beside mails in a folder and is none. */
const otherExtensions = new Set(
  '.json .jsonl .xml .html .htm .md .csv .js .ts .py .rb .php .sh .yml .yaml .png .jpg .jpeg .gif .pdf .doc .docx .zip .gz .bin .out .golden .log'.split(
    ' ',
  ),
);
const mboxExtensions = new Set(['.mbox', '.mbx']);
/** Enough for the first header fields. */
const sniffBytes = 4096;

/** The paths of all mails under what was named, in order. A folder is searched through; what is named itself is taken as mail. */
export async function* findFiles(path: string): AsyncGenerator<string> {
  const found = await stat(path);
  if (!found.isDirectory()) {
    yield path;
    return;
  }
  yield* walk(path);
}

async function* walk(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile() && (await isMail(path))) yield path;
  }
}

async function isMail(path: string): Promise<boolean> {
  const extension = extname(path).toLowerCase();
  if (mailExtensions.has(extension)) return true;
  // A file that cannot be read is not passed over: reading it says why.
  return !otherExtensions.has(extension) && looksLikeMail(await readStart(path).catch(() => 'From '));
}

const firstField = /^\s{0,100}(?:From |[!-9;-~]{1,100}:)/;
const knownField =
  /^(?:from|to|subject|date|received|return-path|delivered-to|message-id|mime-version|content-type|sender|reply-to):/im;

function looksLikeMail(start: string): boolean {
  return start.startsWith('From ') || (firstField.test(start) && knownField.test(start));
}

async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * The mails of one file: one, or all of an mbox, which is what begins with a `From ` line. Each must be settled before
 * the next is asked for.
 */
export async function* readMails(file: string): AsyncGenerator<FoundMail> {
  const { size: sizeBytes } = await stat(file);
  const start = await readStart(file);
  if (!start.startsWith('From ')) {
    const body = createReadStream(file);
    yield { file, sizeBytes, body, settle: async () => file };
    return;
  }
  yield* readMbox(file, mboxExtensions.has(extname(file).toLowerCase()));
}

/** Two readers of one file at a time would take each other's bytes. */
async function closed(body: Readable): Promise<void> {
  body.destroy();
  if (!body.closed) await new Promise((resolve) => body.once('close', resolve));
}

/** A lone mail with a `From ` line of its own, as old stores write it, keeps its file's name. */
async function* readMbox(file: string, isNamedMbox: boolean): AsyncGenerator<FoundMail> {
  const source = createReadStream(file);
  try {
    const mails = splitMbox(source);
    let next = await mails.next();
    for (let number = 1; next.done !== true; number += 1) {
      const body = Readable.from(next.value.bytes, { objectMode: false });
      // The reader sees the error where it reads; without a listener it would end the process.
      body.on('error', () => undefined);
      let follows: IteratorResult<SplitMail> = next;
      let settled = false;
      const settle = async () => {
        if (!settled) {
          settled = true;
          await closed(body);
          follows = await mails.next();
        }
        return number === 1 && follows.done === true && !isNamedMbox ? file : `${file}#${number}`;
      };
      yield { file, sizeBytes: 0, body, settle };
      await settle();
      next = follows;
    }
  } finally {
    source.destroy();
  }
}
