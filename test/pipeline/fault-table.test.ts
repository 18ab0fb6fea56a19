import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sesErrorRows } from '../../shared/adapters/aws/ses-errors.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { refusal, sesAnswers } from '../shared/adapters/aws/ses-answers.ts';
import { type OutboundDesk, openOutboundDesk } from '../support/outbound-desk.ts';

let desk: OutboundDesk;
beforeEach(async () => {
  desk = await openOutboundDesk();
});
afterEach(() => desk.close());

const hour = 3600;
const deadLetters = () => desk.stores.deadLetters.count('outbound');
const notices = async (type: string) => {
  const all = await desk.stores.readNotices('fallback', 100);
  return all.filter(({ message }) => message.includes(`"type":"${type}"`));
};
const paused = refusal(400, 'SendingPausedException', 'Sending is paused for this account.');

const breaks: readonly ErrorCode[] = [
  'ERR_SEND_QUOTA',
  'ERR_SEND_PAUSED',
  'ERR_CREDENTIALS',
  'ERR_SENDER_NOT_VERIFIED',
  'ERR_CONFIGURATION_SET',
];
const rowsOf = (codes: readonly ErrorCode[]) => sesAnswers.filter(({ code }) => codes.includes(code));

describe('F6 every answer of SES, to its end', () => {
  it('each row of the table has an answer below', () => {
    const unanswered = sesErrorRows.filter(
      ({ names, status, message, code }) =>
        !sesAnswers.some(
          ({ answer, code: meant }) =>
            meant === code &&
            answer.do === 'error' &&
            (names === undefined || names.includes(answer.name ?? '')) &&
            (message === undefined || message.test(answer.message ?? '')) &&
            (status === undefined || (answer.status >= status[0] && answer.status <= status[1])),
        ),
    );
    expect(unanswered).toEqual([]);
  });

  it.each(rowsOf(['ERR_SEND_TEMPORARY']))(
    '$what: five attempts that outlast an hour, then a dead letter',
    async ({ answer }) => {
      desk.ses.behave(answer);
      const [id] = await desk.submit(1);
      const began = desk.time.clock.now().getTime();
      await desk.drain();
      for (let minutes = 0; minutes < 60; minutes += 1) await desk.pass(60);
      expect((await desk.email(id!)).state).toBe('retry');
      for (let minutes = 0; minutes < 30; minutes += 1) await desk.pass(60);
      expect(await desk.email(id!)).toMatchObject({ state: 'failed', code: 'ERR_ATTEMPTS_SPENT', attempts: 5 });
      expect([desk.ses.posts.length, await deadLetters()]).toEqual([5, 1]);
      expect(Date.parse((await desk.email(id!)).failedAt ?? '') - began).toBeGreaterThan(hour * 1000);
    },
  );

  it.each(rowsOf(breaks))(
    '$what: opens a breaker; nothing more is posted, operators are told once, nothing fails',
    async ({ answer, code, wait }) => {
      desk.ses.behave(answer);
      const ids = await desk.submit(1);
      await desk.drain();
      expect(await desk.email(ids[0]!)).toMatchObject({ state: 'retry', code, attempts: 0, dueAt: expect.any(String) });
      ids.push(...(await desk.submit(12)));
      await desk.drain();
      expect(desk.ses.posts).toHaveLength(1);
      expect(await desk.email(ids[5]!)).toMatchObject({ state: 'retry', code, attempts: 0, dueAt: expect.any(String) });

      await desk.pass(wait![1] + 31);
      expect(desk.ses.posts).toHaveLength(2);
      desk.ses.behave({ do: 'accept' });
      for (let round = 0; round < 3; round += 1) await desk.pass(wait![1] + 31);
      for (const id of ids) expect((await desk.email(id)).state).toBe('sent');
      expect(desk.ses.posts).toHaveLength(2 + ids.length);
      expect(await deadLetters()).toBe(0);
      expect(await notices('breaker.open')).toHaveLength(1);
    },
  );

  it.each(rowsOf(['ERR_SEND_THROTTLED']))(
    '$what: waits 1 to 30 s in the due index, spends no attempt',
    async ({ answer }) => {
      desk.ses.behave(answer);
      const ids = await desk.submit(3);
      await desk.drain();
      expect(desk.ses.posts).toHaveLength(3);
      expect(await desk.email(ids[0]!)).toMatchObject({ state: 'retry', attempts: 0, code: 'ERR_SEND_THROTTLED' });
      desk.ses.behave({ do: 'accept' });
      await desk.pass(31);
      expect((await desk.email(ids[0]!)).state).toBe('sent');
      expect([desk.ses.posts.length, await deadLetters(), (await notices('breaker.open')).length]).toEqual([6, 0, 0]);
    },
  );

  it.each(rowsOf(['ERR_SEND_REJECTED', 'ERR_TOO_LARGE']))(
    '$what: fails at once, is a dead letter, told once',
    async ({ answer, code }) => {
      desk.ses.behave(answer);
      const [id] = await desk.submit(1);
      await desk.drain();
      await desk.pass(2 * hour);
      expect(await desk.email(id!)).toMatchObject({ state: 'failed', code, attempts: 1 });
      expect([desk.ses.posts.length, await deadLetters()]).toEqual([1, 1]);
      expect(await notices('email.failed')).toHaveLength(1);
    },
  );

  it.each(rowsOf(['ERR_SEND_UNCERTAIN']))(
    'F2 F3 $what: waits for its event, else is sent once more and flagged',
    async ({ answer }) => {
      if (answer.do === 'stall') {
        await desk.close();
        desk = await openOutboundDesk({}, { requestTimeoutMs: 300 });
      }
      desk.ses.behave(answer);
      const [told, untold] = await desk.submit(2);
      await desk.drain();
      expect((await desk.email(told!)).state).toBe('uncertain');
      const post = desk.ses.posts.find(({ emailTags }) => emailTags.email_id === told)!;
      await desk.event({ ...post, messageId: post.messageId ?? 'taken-after-all' });
      desk.ses.behave({ do: 'accept' });
      await desk.pass(899);
      expect(desk.ses.posts).toHaveLength(2);
      await desk.pass(60);
      expect(await desk.email(told!)).toMatchObject({ state: 'sent', possibleDuplicate: false, attempts: 1 });
      expect(await desk.email(untold!)).toMatchObject({ state: 'sent', possibleDuplicate: true, attempts: 2 });
      expect([desk.ses.posts.length, await deadLetters()]).toEqual([3, 0]);
    },
  );
});

describe('breakers', () => {
  it('an identity that is not verified stops its own mail alone', async () => {
    desk.ses.behave(({ mailFrom }) =>
      mailFrom === 'bad@example.com'
        ? refusal(400, 'MessageRejected', 'Email address is not verified: bad@example.com')
        : { do: 'accept' },
    );
    const bad = await desk.submit(5, { mailFrom: 'bad@example.com' });
    await desk.drain();
    const [good] = await desk.submit(1);
    const more = await desk.submit(5, { mailFrom: 'bad@example.com' });
    await desk.drain();
    expect((await desk.email(good!)).state).toBe('sent');
    const posted = desk.ses.posts.length;
    expect(posted).toBeLessThanOrEqual(bad.length + 1);
    expect((await desk.email(more[0]!)).state).toBe('retry');
    const { pk } = { pk: 'BREAKER#identity:bad@example.com' };
    expect(await desk.stores.store.read({ pk, sk: 'STATE' })).toBeUndefined();
  });

  it('a recipient that is not verified, as SES demands in its sandbox, stops that one mail', async () => {
    desk.ses.behave(({ rcptTo }) =>
      rcptTo[0] === 'new@example.org'
        ? refusal(400, 'MessageRejected', 'Email address is not verified: new@example.org')
        : { do: 'accept' },
    );
    const [one] = await desk.submit(1, { rcptTo: 'new@example.org' });
    await desk.drain();
    const [other] = await desk.submit(1);
    await desk.drain();
    expect([(await desk.email(one!)).state, (await desk.email(other!)).state]).toEqual(['retry', 'sent']);
    for (let hours = 0; hours < 26; hours += 1) await desk.pass(hour + 400);
    expect((await desk.email(one!)).state).toBe('failed');
    expect(await deadLetters()).toBe(1);
  });

  it('F6 mail of an identity that stays unverified for a day becomes dead letters, all of it, and none before', async () => {
    desk.ses.behave(refusal(400, 'MailFromDomainNotVerifiedException'));
    const ids = await desk.submit(6);
    await desk.drain();
    for (let hours = 0; hours < 20; hours += 1) await desk.pass(hour + 100);
    expect(await deadLetters()).toBe(0);
    const posts = desk.ses.posts.length;
    expect(posts).toBeLessThanOrEqual(6 + 20);
    for (let hours = 0; hours < 8; hours += 1) await desk.pass(hour + 100);
    expect(await deadLetters()).toBe(6);
    expect(await desk.email(ids[3]!)).toMatchObject({ state: 'failed', code: 'ERR_SENDER_NOT_VERIFIED' });
    expect(await notices('breaker.open')).toHaveLength(1);
  });

  it('F18 a relay that is started while one is open posts nothing, and its first call is the probe', async () => {
    desk.ses.behave(paused);
    await desk.submit(1);
    await desk.drain();
    desk.restart();
    await desk.submit(20);
    await desk.drain();
    expect(desk.ses.posts).toHaveLength(1);
    await desk.pass(1000);
    expect(desk.ses.posts).toHaveLength(2);
  });

  it('twenty that fail at one moment open it once and tell once; opened anew it tells anew', async () => {
    desk.ses.behave(paused);
    await desk.submit(10);
    await desk.drain();
    expect(await notices('breaker.open')).toHaveLength(1);
    desk.ses.behave({ do: 'accept' });
    for (let round = 0; round < 3; round += 1) await desk.pass(1000);
    desk.ses.behave(paused);
    await desk.submit(1);
    await desk.drain();
    expect(await notices('breaker.open')).toHaveLength(2);
  });

  it('H16 when operators could not be told of the opening, the next probe that fails tells them', async () => {
    desk.ses.behave(paused);
    const topic = desk.platform.fallbackTopic as { publish: unknown };
    const publish = topic.publish;
    topic.publish = () => Promise.reject(new Error('down'));
    const [id] = await desk.submit(1);
    await desk.drain();
    expect((await desk.email(id!)).state).toBe('retry');
    topic.publish = publish;
    await desk.pass(1000);
    await desk.pass(1000);
    expect(await notices('breaker.open')).toHaveLength(1);
  });

  it('an uncertain email that waits for a breaker stays uncertain, and is sent once more at most', async () => {
    desk.ses.behave({ do: 'error', status: 500 });
    const [id] = await desk.submit(1);
    await desk.drain();
    desk.ses.behave(paused);
    await desk.submit(1);
    await desk.drain();
    await desk.pass(905);
    desk.ses.behave({ do: 'error', status: 500 });
    for (let round = 0; round < 8; round += 1) await desk.pass(1000);
    const attempts = desk.ses.posts.filter(({ emailTags }) => emailTags.email_id === id);
    expect(attempts.length).toBeLessThanOrEqual(2);
    expect(await desk.email(id!)).toMatchObject({ possibleDuplicate: true });
  });
});
