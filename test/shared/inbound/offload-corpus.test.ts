import { createReadStream, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { createMimeParser } from '../../../shared/adapters/mail/mail-parser.ts';
import { createMimeComposer } from '../../../shared/adapters/mail/mime-composer.ts';
import type { ParsedMail } from '../../../shared/contracts/parsed-mail.ts';
import { type Route, routeSchema } from '../../../shared/contracts/route.ts';
import { isRetryable, MailError } from '../../../shared/errors/mail-error.ts';
import { storeIntactBody, storeIntactHeader } from '../../../shared/inbound/intact-message.ts';
import { protectMail } from '../../../shared/inbound/offload-protection.ts';
import { type SortedFiles, sortFiles } from '../../../shared/inbound/sort-files.ts';
import { createFileSink } from '../../../shared/inbound/store-files.ts';
import { toMailId } from '../../../shared/mail/ids.ts';
import type { BlobInfo } from '../../../shared/ports/blob-store.ts';
import type { MailHeader } from '../../../shared/ports/mime-composer.ts';
import { mailparserParts, sha256 } from '../../support/offload-run.ts';

const folder = process.env.LIGHTERMAIL_CORPUS;
const mailExtensions = new Set(['.eml', '.msg', '.raw', '']);
const maxMailBytes = 50_000_000;

const routeOf = (changes: object): Route =>
  routeSchema.parse({ id: 'r', address: 'in@in.example.com', identity: 'n@example.com', ...changes });
const fixed = { recipients: { from: 'fixed', to: ['a@example.com'] } };
const routes = {
  default: routeOf({}),
  'intact where it can be': routeOf(fixed),
  'keeps much': routeOf({
    ...fixed,
    signed: 'unwrap',
    offload: { minBytes: 20_000, keepTypes: ['image/*', 'text/*'] },
  }),
};

const header: MailHeader = {
  ...{ emailId: 'e1', from: { address: 'n@example.com' }, to: 'a@example.com', subject: 's' },
  ...{ date: new Date(0), headers: {} },
};
const info: BlobInfo = { key: 'k', sizeBytes: 0, etag: 'e', metadata: {}, modifiedAt: new Date(0) };
const composer = createMimeComposer();
const parser = createMimeParser({ maxMailBytes });

async function sorted(file: string, route: Route): Promise<{ mail: ParsedMail; files: SortedFiles }> {
  const blobs = {
    put: async (_key: string, body: Readable | Uint8Array) => {
      if (body instanceof Readable) for await (const _ of body);
      return info;
    },
    delete: async () => {},
  };
  const sink = createFileSink(blobs, 'm', route, new Date(0));
  const mail = await parser.parse(createReadStream(file), { onHead() {}, onFile: sink.take });
  const protectedMail = protectMail(route, mail);
  const files = await sortFiles('m', sink, { route, protectedMail, bodies: protectedMail.mail });
  return { mail: protectedMail.mail, files };
}

/** Answers how the mail was composed and what is wrong with it; nothing when all is right. */
async function composed(file: string, route: Route): Promise<{ how: string; fault: string | undefined }> {
  const { mail, files } = await sorted(file, route);
  if (files.intact !== undefined) return { how: 'intact', fault: await intactFault(file, mail, files.intact) };
  return { how: files.note === undefined ? 'plain' : 'unwrapped', fault: await composedFault(mail, files) };
}

async function composedFault(mail: ParsedMail, files: SortedFiles): Promise<string | undefined> {
  const { inline, alternatives, kept, note } = files;
  const link = { url: 'https://x.example/f/t', expiresAt: new Date(0) };
  const bytes = composer.compose({
    ...header,
    ...(mail.text === undefined ? {} : { text: mail.text }),
    ...(mail.html === undefined ? {} : { html: mail.html }),
    ...{ inline, alternatives, kept, card: 'bottom' },
    ...(note === undefined ? {} : { note }),
    files: files.offloaded.map((part) => ({ ...part, ...link })),
  });
  const wanted = [...alternatives, ...inline, ...kept].map(({ content }) => sha256(content));
  const read = await mailparserParts(Buffer.from(bytes).toString('latin1'));
  if (JSON.stringify(read.map((part) => part.sha256)) !== JSON.stringify(wanted)) return 'other parts by mailparser';
  const other = await PostalMime.parse(Buffer.from(bytes));
  return other.attachments.length === wanted.length ? undefined : 'other parts by postal-mime';
}

async function intactFault(file: string, mail: ParsedMail, root: ParsedMail['root']): Promise<string | undefined> {
  const raw = readFileSync(file);
  let message = Buffer.alloc(0);
  const ports = {
    composer,
    raw: {
      get: async (_key: string, range?: { firstByte: number; lastByte: number }) => ({
        info,
        body: Readable.from([raw.subarray(range?.firstByte ?? 0, (range?.lastByte ?? 0) + 1)]),
      }),
    },
    files: {
      put: async (_key: string, body: Readable | Uint8Array) => {
        message = Buffer.concat([message, ...(body instanceof Readable ? await body.toArray() : [body])]);
        return info;
      },
    },
  };
  const entry = { rawBucket: 'raw', rawKey: 'k', mailId: toMailId('raw', 'k', 'e') };
  await storeIntactHeader(ports, { head: mail.head, root }, header, { key: 'mime/e1', options: {} });
  await storeIntactBody(ports, entry, root, { key: 'mime/m1', options: {} });
  if (!message.subarray(message.length - (root.bodyEnd - root.bodyStart)).equals(raw.subarray(root.bodyStart))) {
    return 'another body';
  }
  const [before, after] = [await PostalMime.parse(raw), await PostalMime.parse(message)];
  const hashes = (one: typeof before) =>
    one.attachments.map(({ content }) =>
      sha256(typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)),
    );
  return JSON.stringify([before.text, hashes(before)]) === JSON.stringify([after.text, hashes(after)])
    ? undefined
    : 'reads otherwise than the original';
}

async function mailsIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && mailExtensions.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe.runIf(folder !== undefined)('what is offloaded and kept, over the corpus', () => {
  it.each(Object.entries(routes))(
    'C26 F12 route "%s": each mail is composed, or refused with a code, and reads back with what it keeps',
    { timeout: 600_000 },
    async (name, route) => {
      const counts = new Map<string, number>();
      const faults: string[] = [];
      for (const file of await mailsIn(folder ?? '')) {
        const outcome = await composed(file, route)
          .then(({ fault, how }) => fault ?? how)
          .catch((error: unknown) =>
            error instanceof MailError && !isRetryable(error) ? error.code : `unexpected ${String(error)}`,
          );
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        if (!/^(?:plain|intact|unwrapped|ERR_)/.test(outcome))
          faults.push(`${relative(folder ?? '', file)}: ${outcome}`);
      }
      console.log(name, Object.fromEntries(counts));
      expect(faults).toEqual([]);
    },
  );
});
