import { afterEach, describe, expect, it } from 'vitest';
import { awsDeadLetterDesk } from '../../../functions/ops/aws-dead-letter-desk.ts';
import { main } from '../../../functions/ops/main.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { reopenFailed } from '../../../shared/outbound/reopen-failed.ts';
import { startedRuntime, temporaryFolder } from '../../support/local-runtime.ts';
import { openPipeline, type Pipeline } from '../../support/pipeline.ts';

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const errors: string[] = [];
  const print = (line: string) => out.push(line);
  const code = await main(args, { environment, print, printError: (line) => errors.push(line) });
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

describe('npx lightermail redrive and replay', () => {
  it.each([
    [['redrive', 'everything'], /"everything" is no queue: inbound, outbound/],
    [['redrive', 'inbound', 'outbound'], /Unexpected argument/],
    [['redrive', '--limit', '0'], /--limit is a whole number/],
    [['redrive', '--reason', 'a@example.com'], /holds an address/],
    [['replay'], /name at least one mail id/],
    [['replay', 'short'], /40 of a-z/],
    [['replay', 'a'.repeat(40), '--state', 'parked'], /not both/],
    [['replay', '--state', 'relayed'], /--state is one of received/],
    [['replay', '--state', 'parked', '--code', 'toString'], /--code is one of/],
    [['replay', '--state', 'parked', '--since', 'yesterday'], /--since is a time such as/],
  ])('%j is not understood: exit code 2', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, errors: expect.stringMatching(message) });
  });

  it('tell of the runtime that is up, and work on it', async () => {
    const environment = { LIGHTERMAIL_DATA: await temporaryFolder() };
    const { stores, endpoints } = await startedRuntime(environment);
    await stores.queues.inbound.reject('{"secret":"body"}', 'ERR_BAD_EVENT');
    await stores.queues.inbound.reject('{"secret":"too"}', 'ERR_BAD_EVENT');

    const shown = await run(['redrive', '--dry-run'], environment);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/^inbound: 2 dead letters\n {2}ERR_BAD_EVENT +0 s +\d receives? {2}\S+\n/);
    expect(shown.out).toContain('outbound: no dead letters');
    expect(shown.out).not.toContain('secret');
    expect(await stores.deadLetters.count('inbound')).toBe(2);

    const moved = await run(['redrive', 'inbound', '--limit', '1'], environment);
    expect(moved.out).toContain('1 of 2 sent to inbound again');

    await stores.buckets.raw.put('raw/none/1', Buffer.from('From: a@example.com\r\n\r\nx\r\n'));
    const record = { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'raw' }, object: { key: 'raw/none/1' } } };
    await stores.queues.inbound.send([JSON.stringify({ Records: [record] })]);
    await expect
      .poll(async () => (await fetch(`${endpoints.http}/api/inbound?state=parked`)).json())
      .toMatchObject([{ code: 'ERR_ROUTE_UNKNOWN' }]);
    const only = ['--state', 'parked', '--code', 'ERR_ROUTE_UNKNOWN', '--since', '1h'];
    expect(await run(['replay', ...only, '--dry-run'], environment)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^[a-z2-7]{40} {2}would be replayed \(was parked\)$/),
    });
    const replayed = await run(['replay', ...only, '--reason', 'looked at'], environment);
    expect(replayed.out).toMatch(/replayed \(was parked\)$/);
    const [mailId = ''] = replayed.out.split(' ');
    await expect
      .poll(async () => JSON.stringify(await (await fetch(`${endpoints.http}/api/inbound/${mailId}`)).json()))
      .toMatch(/"replayed","detail":"by [^"]+: looked at".*"parked"/);
    expect((await run(['replay', '--state', 'stuck'], environment)).out).toBe('no mail is as you asked');
    expect(await run(['replay', 'b'.repeat(40)], environment)).toMatchObject({ code: 1, out: /not known/ });
  });
});

describe('redriving on AWS', () => {
  let pipeline: Pipeline;
  afterEach(() => pipeline.close());

  /** The pipeline's outbound queue, with the links queue in the place of its dead letters: both are true queues. */
  async function openDesk() {
    pipeline = await openPipeline([{ recipients: { from: 'fixed', to: ['ann@example.com'] } }]);
    const { queues } = pipeline.stores;
    const { emails } = pipeline.records;
    const make = (deadLetters = queues.links) =>
      awsDeadLetterDesk({
        pairs: { outbound: { queue: queues.outbound, deadLetters } },
        clock: pipeline.clock,
        reopenFailed: (body, doer) => reopenFailed(emails, body, doer),
      });
    const email = async () => {
      const [mail] = await pipeline.records.ledger.list({ limit: 1 });
      const [one] = await emails.ofGroup(mail?.mailId ?? '');
      return one;
    };
    return { make, dead: queues.links, email, emails };
  }

  const refused = () => new TransientMailError('ERR_SEND_TEMPORARY', 'not now');
  const mail = 'From: device@example.com\r\nSubject: s\r\n\r\nbody\r\n';

  /** Every attempt is refused; the job is where SQS would have put it. */
  async function failAll() {
    const desk = await openDesk();
    pipeline.sender.faults.push(...Array.from({ length: 5 }, refused));
    await pipeline.arrive(mail);
    await pipeline.drain();
    const emailId = (await desk.email())?.emailId ?? '';
    await pipeline.records.emails.change(emailId, () => ({ state: 'failed', fields: { code: 'ERR_ATTEMPTS_SPENT' } }));
    pipeline.sender.faults.length = 0;
    await desk.dead.send([JSON.stringify({ v: 1, emailId })]);
    return { ...desk, emailId, before: pipeline.sender.attempts.length };
  }

  it('looks at letters and leaves them where they are', async () => {
    const { make, dead } = await failAll();
    pipeline.clock.advance(7200);
    expect(await make().list('outbound', 5)).toEqual([{ id: expect.any(String), receiveCount: 1, ageSeconds: 7200 }]);
    expect(await dead.depth()).toMatchObject({ messageCount: 1, visibleCount: 1 });
    expect(make().queues).toEqual(['outbound']);
    await expect(make().count('inbound')).rejects.toThrow('not set');
  });

  it('B13 attempts a failed email anew, and tells in its history who wanted it', async () => {
    const { make, emailId, emails, email, before } = await failAll();
    expect(await make().redrive('outbound', 10, { by: 'ann', reason: 'SES is back' })).toBe(1);
    await pipeline.drain();
    expect(await email()).toMatchObject({ state: 'sent', attempts: 1 });
    expect(pipeline.sender.attempts).toHaveLength(before + 1);
    expect(await emails.history(emailId)).toContainEqual(
      expect.objectContaining({ step: 'redriven', detail: 'by ann: SES is back' }),
    );
  });

  it('B12 that died between the send and the delete loses nothing, and sends nothing twice', async () => {
    const { make, dead, email, before } = await failAll();
    const dying = { ...dead, acknowledge: () => Promise.reject(new Error('the process died here')) };
    await expect(make(dying).redrive('outbound', 10, { by: 'ann' })).rejects.toThrow('died');
    await pipeline.drain();
    expect(await email()).toMatchObject({ state: 'sent' });
    expect((await dead.depth()).messageCount).toBe(1);

    pipeline.clock.advance(24 * 3600);
    expect(await make().redrive('outbound', 10, { by: 'ann' })).toBe(1);
    await pipeline.drain();
    expect((await dead.depth()).messageCount).toBe(0);
    expect(pipeline.sender.attempts).toHaveLength(before + 1);
  });

  it('that died before the send leaves the letter, and never opens what may have been sent', async () => {
    const { make, dead, emailId, emails, email } = await failAll();
    await emails.change(emailId, () => ({ state: 'failed', fields: { possibleDuplicate: true } }));
    await make().redrive('outbound', 10, { by: 'ann' });
    await pipeline.drain();
    expect(await email()).toMatchObject({ state: 'failed' });
    expect((await dead.depth()).messageCount).toBe(0);
  });

  it('moves no more than it is told', async () => {
    const { make, dead } = await openDesk();
    await dead.send(Array.from({ length: 25 }, (_, index) => `{"index":${index}}`));
    expect(await make().redrive('outbound', 12, { by: 'ann' })).toBe(12);
    expect((await dead.depth()).messageCount).toBe(13);
    expect((await pipeline.stores.queues.outbound.depth()).messageCount).toBe(12);
  });
});
