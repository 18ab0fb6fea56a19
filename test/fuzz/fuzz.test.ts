import { describe, expect, it } from 'vitest';
import { checkMail } from './check-mail.ts';
import { type FuzzMode, mutatedMail, runFuzz } from './fuzz-run.ts';
import { createRandom } from './random.ts';
import { seedMails } from './seed-mails.ts';

const seeds = seedMails(undefined);

async function run(mode: FuzzMode, mails: number) {
  const problems: string[] = [];
  const ends = new Set<string>();
  for await (const one of runFuzz({ mode, seed: 1, mails, first: 0, stride: 1 }, seeds)) {
    ends.add(one.end);
    problems.push(...one.problems.map((problem) => `${one.index}: ${problem}`));
  }
  return { problems, ends };
}

describe('npm run fuzz', () => {
  it('R6 finds nothing wrong with a slice of the mutated mails', async () => {
    const { problems, ends } = await run('mutated', 600);
    expect(problems).toEqual([]);
    expect([...ends]).toEqual(expect.arrayContaining(['read', 'ERR_BOUNDARY', 'ERR_TRUNCATED', 'ERR_NOT_CONSERVED']));
  });

  it('R7 finds every leaf of a slice of the generated mails', async () => {
    expect((await run('generated', 400)).problems).toEqual([]);
  });

  it('takes blanks for blanks, however they are encoded, and ink for ink', async () => {
    const problemsOf = async (encoding: string, body: string) => {
      const mail = `From: a@example.com\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
      return (await checkMail(Buffer.from(mail), createRandom(1, 1))).problems;
    };
    expect(await problemsOf('quoted-printable', '=20=0D=0A=20=0D=0A=20=0D')).toEqual([]);
    expect(await problemsOf('base64', Buffer.from(' \r\n \r\n').toString('base64'))).toEqual([]);
    expect(await problemsOf('quoted-printable', 'ink=20')).toEqual([]);
  });

  it('takes words that are labelled as base64 for themselves', async () => {
    const head = 'From: a@example.com\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n';
    for (const body of ['These are three words', 'VGhlc2UgYXJlIGJ5dGVz']) {
      expect((await checkMail(Buffer.from(`${head}${body}\r\n`), createRandom(1, 1))).problems).toEqual([]);
    }
  });

  it('makes the same mail of the same number, and another of another', () => {
    expect(mutatedMail(seeds, 1, 17)).toEqual(mutatedMail(seeds, 1, 17));
    expect(mutatedMail(seeds, 1, 17)).not.toEqual(mutatedMail(seeds, 1, 18));
    expect(createRandom(1, 2).bytes(8)).toEqual(createRandom(1, 2).bytes(8));
  });
});
