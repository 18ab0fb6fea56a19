import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMimeParser } from '../../../../shared/adapters/mail/mail-parser.ts';
import { isRetryable, MailError } from '../../../../shared/errors/mail-error.ts';

const folder = process.env.LIGHTERMAIL_CORPUS;
const mailExtensions = new Set(['.eml', '.msg', '.raw', '']);

if (folder === undefined) console.log('LIGHTERMAIL_CORPUS names no folder: no mail of the corpus is read');

interface Outcome {
  readonly file: string;
  readonly state: string;
  readonly ms: number;
}

async function mailsIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && mailExtensions.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
}

const parser = createMimeParser({ maxMailBytes: 50_000_000 });

async function outcomeOf(file: string): Promise<Outcome> {
  const started = performance.now();
  const state = await parser
    .parse(createReadStream(file), { onHead() {}, onFile: async (_part, content) => void (await content.toArray()) })
    .then(() => 'read')
    .catch((error: unknown) =>
      error instanceof MailError && !isRetryable(error) ? error.code : `unexpected ${String(error)}`,
    );
  return { file, state, ms: performance.now() - started };
}

describe.runIf(folder !== undefined)('createMimeParser, on the corpus', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));

  it('C1 settles every mail: read, or refused with a permanent code', { timeout: 300_000 }, async () => {
    const outcomes: Outcome[] = [];
    for (const file of await mailsIn(folder ?? '')) outcomes.push(await outcomeOf(file));
    const counts = Object.groupBy(outcomes, ({ state }) => state);
    const slowest = outcomes.toSorted((a, b) => b.ms - a.ms)[0];
    console.log(
      `${outcomes.length} mails:`,
      Object.entries(counts)
        .map(([state, list]) => `${state} ${list?.length ?? 0}`)
        .join(', '),
      `| slowest ${slowest?.ms.toFixed(0)} ms, ${relative(folder ?? '', slowest?.file ?? '')}`,
    );
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.filter(({ state }) => state.startsWith('unexpected'))).toEqual([]);
    expect(outcomes.filter(({ ms }) => ms > 5000)).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});
