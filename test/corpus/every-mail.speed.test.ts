import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFiles, readMails } from '../../functions/ops/check-files.ts';
import { type Checked, type CheckRules, checkMail } from '../../functions/ops/check-mail.ts';
import { finalMailStates } from '../../shared/contracts/records.ts';
import { routesSchema } from '../../shared/contracts/route.ts';
import { dryRunPorts } from '../../shared/runtime/dry-run-ports.ts';
import { readOurParts } from '../oracle/our-parts.ts';

const corpus = process.env.LIGHTERMAIL_CORPUS;
if (corpus === undefined)
  console.log('LIGHTERMAIL_CORPUS is not set: only the mails of the project itself were checked');

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const rules: CheckRules = {
  ports: dryRunPorts(
    { maxMailBytes: 40 * 1024 * 1024 },
    { secrets: { linkSecret: async () => new Uint8Array(32) }, log: quiet },
  ),
  routes: routesSchema.parse([
    { id: 'capture', address: 'capture@in.example.com', identity: 'notifications@example.com' },
  ]),
  recipients: ['ann@example.com'],
};

interface Seen {
  readonly file: string;
  readonly checked: Checked;
}

async function checkFolder(folder: string): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const file of findFiles(folder)) {
    for await (const mail of readMails(file)) {
      const checked = await checkMail(rules, mail);
      seen.push({ file: await mail.settle(), checked });
    }
  }
  return seen;
}

/** What holds for every mail, whatever it is. */
function expectEnds(seen: readonly Seen[]): void {
  expect(seen.filter(({ checked }) => checked.crash !== undefined)).toEqual([]);
  for (const { file, checked } of seen) {
    const { state, code, recipients } = checked.mail;
    expect(finalMailStates, file).toContain(state);
    expect(code === undefined, file).toBe(state === 'relayed');
    expect(recipients.length > 0, file).toBe(state === 'relayed');
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): string {
  return Object.entries(Object.groupBy(items, keyOf))
    .map(([key, list]) => `${key} ${list?.length ?? 0}`)
    .sort()
    .join(', ');
}

/**
 * The lines of a multipart that somebody wrote: what is neither header nor delimiter, between the first delimiter and the
 * last. What stands before and after them is for nobody to read (RFC 2046 §5.1.1).
 */
function writtenLines(body: Buffer): string[] {
  const lines = body.toString('latin1').split(/\r?\n/);
  const isDelimiter = (line: string) => line.startsWith('--');
  const first = lines.findIndex(isDelimiter);
  const within = first < 0 ? lines : lines.slice(first, lines.findLastIndex(isDelimiter));
  return within.filter((line) => !/^(?:--.*|[!-9;-~]+:.*|[ \t].*|)$/.test(line));
}

describe('every mail of the project', () => {
  it('R4 ends in one state', async () => {
    const seen = await checkFolder(join(import.meta.dirname, '../../events/mail'));
    expect(seen.length).toBeGreaterThan(10);
    expectEnds(seen);
  });
});

describe.runIf(corpus !== undefined)('every mail of the corpus', { timeout: 300_000 }, () => {
  it('R4 ends in exactly one state: no crash, no hang, in time and in bounded memory', async () => {
    const files: string[] = [];
    for await (const file of findFiles(corpus ?? '')) files.push(file);
    const seen = await checkFolder(corpus ?? '');
    expectEnds(seen);
    const names = new Set(seen.map(({ file }) => file));
    expect(names.size).toBe(seen.length);
    expect(new Set(seen.map(({ file }) => file.replace(/#\d+$/, ''))).size).toBe(files.length);
    const times = seen.map(({ checked }) => checked.mail.ms);
    const p99 = percentile(times, 0.99);
    const rssMegabytes = process.resourceUsage().maxRSS / 1024;
    const states = countBy(seen, ({ checked: { mail } }) => [mail.state, mail.code].filter(Boolean).join(' '));
    console.log(`${seen.length} mails of ${files.length} files: ${states}`);
    console.log(
      `p50 ${percentile(times, 0.5)} ms, p99 ${p99} ms, max ${percentile(times, 1)} ms, ${rssMegabytes.toFixed(0)} MB resident at most`,
    );
    expect(p99).toBeLessThan(250);
    expect(Math.max(...times)).toBeLessThan(5000);
    expect(rssMegabytes).toBeLessThan(512);
  });

  it('C1 the mails on which a parser hung are done in less than five seconds each', async () => {
    const seen = await checkFolder(join(corpus ?? '', 'hang'));
    expect(seen).toHaveLength(19);
    expectEnds(seen);
    expect(seen.filter(({ checked }) => checked.mail.ms > 5000)).toEqual([]);
  });

  it('G1 G2 no bounce and no automatic answer of sisimai is relayed', async () => {
    const seen = await checkFolder(join(corpus ?? '', 'sisimai'));
    const relayed = seen.filter(({ checked }) => checked.mail.state === 'relayed').map(({ file }) => file);
    // Two mails of people, which the set holds to show what is no bounce.
    const people = relayed.filter((file) => /\/not\/is-not-bounce-0[12]\.eml$/.test(file));
    console.log(
      `sisimai: ${seen.length} mails, ${relayed.length - people.length} answers relayed, ${people.length} mails of people relayed`,
    );
    expect(seen.length).toBeGreaterThan(830);
    expect(relayed).toEqual(people);
  });

  it('C2 a mail whose boundary is missing or does not match is never sent empty', async () => {
    const empty: string[] = [];
    let parkedCount = 0;
    for await (const file of findFiles(corpus ?? '')) {
      const raw = await readFile(file);
      const reading = await readOurParts(raw);
      if (reading.parts === undefined) {
        if (reading.code === 'ERR_BOUNDARY') parkedCount += 1;
        continue;
      }
      if (!reading.mail.root.contentType.startsWith('multipart/')) continue;
      const content = reading.parts.map(({ bytes, text }) => text ?? bytes.toString('latin1')).join('');
      if (content.trim() === '' && writtenLines(raw.subarray(reading.mail.root.bodyStart)).length > 0) empty.push(file);
    }
    console.log(
      `boundaries: ${parkedCount} mails parked with ERR_BOUNDARY, ${empty.length} with content read as empty`,
    );
    expect(parkedCount).toBeGreaterThan(10);
    // Its only text stands before and after the delimiters of inner multiparts, where nobody reads it.
    expect(empty.map((file) => basename(file))).toEqual(['multipartnestedemptypartsnorfc822.msg']);
  });
});
