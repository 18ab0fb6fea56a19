import { expect, it } from 'vitest';
import type { OpenedEmailRecords } from '../email-records-contract.ts';
import { uniqueName } from '../unique-name.ts';
import { openDesk } from './desk.ts';
import { sampleAt, sampleEmail, sesEventBody } from './sample-email.ts';

/** Single records: made once, claimed once, settled, and every event once. */
export function describeEmails(opened: () => OpenedEmailRecords): void {
  const desk = () => openDesk(opened().store);

  it('create of one email by 20 at once makes one record and one member', async () => {
    const { emails } = desk();
    const email = sampleEmail();
    const made = await Promise.all(Array.from({ length: 20 }, () => emails.create(email)));
    expect(new Set(made.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await emails.ofGroup(email.groupId)).toEqual([email]);
    expect(await emails.history(email.emailId)).toHaveLength(1);
  });

  it('a claim by 20 at once is won by one', async () => {
    const { emails } = desk();
    const email = sampleEmail();
    await emails.create(email);
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, owner) =>
        emails.change(email.emailId, (current) =>
          current.state === 'queued' ? { state: 'sending', fields: { owner: `o${owner}` } } : undefined,
        ),
      ),
    );
    const won = claims.filter((claim) => claim?.changed);
    expect(won).toHaveLength(1);
    expect(await emails.read(email.emailId)).toMatchObject({
      state: 'sending',
      owner: won[0]?.email.owner,
      revision: 1,
    });
  });

  it('F2 a Send event settles an uncertain email and takes it from the due index', async () => {
    const { emails, record } = desk();
    const email = sampleEmail();
    await emails.create(email);
    const dueAt = '1999-01-01T00:00:00.000Z';
    await emails.change(email.emailId, () => ({ state: 'uncertain', fields: { dueAt, uncertainSince: sampleAt } }));
    const isDue = async () =>
      (await emails.due(new Date('1999-01-02'), 1_000)).some(({ emailId }) => emailId === email.emailId);
    expect(await isDue()).toBe(true);
    expect(await record(sesEventBody(email.emailId, 'Send', 0))).toBe('done');
    const settled = await emails.read(email.emailId);
    expect(settled).toMatchObject({ state: 'sent', transportId: `ses-${email.emailId}`, sentAt: sampleAt });
    expect(settled?.dueAt).toBeUndefined();
    expect(await isDue()).toBe(false);
  });

  it('H3 one event that comes 10 times at once is appended and counted once', async () => {
    const { emails, record } = desk();
    const email = sampleEmail({ state: 'sent', sentAt: sampleAt });
    await emails.create(email);
    const open = sesEventBody(email.emailId, 'Open', 60, { userAgent: 'Mozilla/5.0 (X11)' });
    const ends = await Promise.all(Array.from({ length: 10 }, () => record(open)));
    expect(ends.filter((end) => end === 'done')).toHaveLength(1);
    expect(await record(open)).toBe('skippedDuplicate');
    expect(await emails.read(email.emailId)).toMatchObject({
      openCount: 1,
      openedAtList: [{ at: expect.any(String) }],
    });
    expect(await emails.events(email.emailId)).toHaveLength(1);
    expect(await emails.hasEvent(email.emailId, `${email.emailId}-Open-60`)).toBe(true);
  });

  it('an email that is not there reads as undefined, and is not made by a change', async () => {
    const { emails } = desk();
    const emailId = uniqueName('none');
    expect(await emails.read(emailId)).toBeUndefined();
    expect(await emails.change(emailId, () => ({ state: 'sent' }))).toBeUndefined();
    expect(await emails.groupAnalytics(uniqueName('none'))).toBeUndefined();
    expect(await emails.ofGroup(uniqueName('none'))).toEqual([]);
  });

  it('a store that does not answer is an error, never an absence', async () => {
    const { emails } = openDesk(opened().unreachable);
    const unavailable = expect.objectContaining({ code: 'ERR_STORE_UNAVAILABLE', status: '4.3.0' });
    await expect(emails.read('e1')).rejects.toEqual(unavailable);
    await expect(emails.ofGroup('g1')).rejects.toEqual(unavailable);
    await expect(emails.groupAnalytics('g1')).rejects.toEqual(unavailable);
    await expect(emails.create(sampleEmail())).rejects.toEqual(unavailable);
  });
}
