import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { PermanentMailError, TransientMailError } from '../../shared/errors/mail-error.ts';
import { sweepDue } from '../../shared/outbound/sweep-due.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline;
afterEach(() => pipeline.close());

/** What must never stand in a log: planted in every place of a mail that people or devices fill in. */
function plant() {
  const planted: string[] = [];
  const canary = (kind: string) => {
    const word = `${kind}${randomBytes(6).toString('hex')}`;
    planted.push(word);
    return word;
  };
  return { planted, canary };
}

/** One of several kinds of mail in turn: relayed, parked, refused, damaged, an automatic reply. */
function mailOf(canary: (kind: string) => string, index: number): string {
  const list = `${canary('rcpt')}@example.com,${canary('name')} <${canary('to')}@example.com>`;
  const marker = index % 5 === 1 ? 'no list here' : `:Email_Rxers_Code:[${list}]:Email_Rxers_Code:`;
  const fields = [
    `From: "${canary('sender')}" <${canary('from')}@example.org>`,
    `Subject: ${canary('subject')}`,
    ...(index % 5 === 2 ? ['Auto-Submitted: auto-replied'] : []),
    `X-Device: ${canary('field')}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${index % 5 === 3 ? 'never' : 'b'}"`,
  ];
  return [
    ...fields,
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    `${canary('body')} ${marker}`,
    '--b',
    `Content-Type: application/pdf; name="${canary('file')}.pdf"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(canary('bytes')).toString('base64'),
    '--b--',
    '',
  ].join('\r\n');
}

describe('the logs of the whole way', () => {
  it('H13 R15 hold none of more than 1,000 planted addresses, names, subjects, bodies, file names and links', async () => {
    pipeline = await openPipeline();
    const { planted, canary } = plant();
    for (let index = 0; index < 110; index += 1) {
      if (index % 7 === 0) pipeline.sender.faults.push(new TransientMailError('ERR_SEND_TEMPORARY', 'not now'));
      if (index % 11 === 0) pipeline.sender.faults.push(new PermanentMailError('ERR_SEND_REJECTED', 'no'));
      await pipeline.arrive(mailOf(canary, index));
    }
    await pipeline.stores.queues.inbound.send([JSON.stringify({ odd: canary('event') })]);
    for (let round = 0; round < 3; round += 1) {
      await pipeline.drain();
      pipeline.clock.advance(5000);
      await sweepDue({ ...pipeline.platform, emails: pipeline.records.emails });
    }
    for (const { mime } of await pipeline.sent()) {
      for (const [link] of mime.matchAll(/\/f\/[A-Za-z0-9_-]{32}/g)) planted.push(link.slice(3));
    }
    expect(planted.length).toBeGreaterThan(1000);
    const states = new Set((await pipeline.records.ledger.list({ limit: 200 })).map(({ state }) => state));
    expect([...states].sort()).toEqual(['ignored', 'parked', 'relayed']);

    const log = pipeline.logLines.join('\n');
    expect(pipeline.logLines.length).toBeGreaterThan(500);
    expect(planted.filter((word) => log.includes(word))).toEqual([]);
    expect(log).not.toMatch(/Email_Rxers_Code/i);
    const notices = JSON.stringify(await pipeline.stores.readNotices('fallback', 1000));
    expect(planted.filter((word) => notices.includes(word))).toEqual([]);
  }, 60_000);
});
