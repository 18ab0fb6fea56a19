import { expect, it } from 'vitest';
import { walkCounts } from '../../../shared/records/group-counts.ts';
import type { OpenedEmailRecords } from '../email-records-contract.ts';
import { uniqueName } from '../unique-name.ts';
import { openDesk } from './desk.ts';
import { hardBounce, sampleAt, sampleEmail, sesEventBody } from './sample-email.ts';

const person = { userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)' };
const proxy = { userAgent: 'Mozilla/5.0' };

/** Group counters that are kept as events land, and must be what a walk would find. */
export function describeCounters(opened: () => OpenedEmailRecords): void {
  const desk = () => openDesk(opened().store);

  it('H3 H4 counters equal the walk after events at once, out of order and up to three times each', async () => {
    const { emails, record } = desk();
    const groupId = uniqueName('group');
    const sent = Array.from({ length: 12 }, () => sampleEmail({ groupId, state: 'sent', sentAt: sampleAt }));
    await Promise.all(sent.map((email) => emails.create(email)));
    const bodies = sent.flatMap(({ emailId }, index) => [
      sesEventBody(emailId, 'Send', 0),
      sesEventBody(emailId, 'Delivery', 5),
      sesEventBody(emailId, 'Open', 6, proxy),
      ...(index % 2 === 0
        ? [sesEventBody(emailId, 'Open', 600, person), sesEventBody(emailId, 'Open', 700, person)]
        : []),
      ...(index % 3 === 0 ? [sesEventBody(emailId, 'Click', 610, { ...person, link: 'https://x.example/' })] : []),
      ...(index % 4 === 0 ? [sesEventBody(emailId, 'Bounce', 9, hardBounce)] : []),
      ...(index % 6 === 0 ? [sesEventBody(emailId, 'Complaint', 900)] : []),
    ]);
    const thrice = [...bodies, ...bodies, ...bodies].map((body, index) => ({ body, place: (index * 7_919) % 1_009 }));
    thrice.sort((one, other) => one.place - other.place);
    for (let start = 0; start < thrice.length; start += 8) {
      await Promise.all(thrice.slice(start, start + 8).map(({ body }) => record(body)));
    }
    const counts = await emails.groupAnalytics(groupId);
    expect(counts).toEqual(walkCounts(await emails.sentOfGroup(groupId)));
    expect(counts).toEqual({
      ...{ total_sent: 12, delivered: 12, opened: 24, unique_opened: 12, failed: 4, bounced: 3, complained: 2 },
      ...{ clicked: 4, unique_clicked: 4, machine_opened: 12, machine_clicked: 0 },
    });
  });

  it('an email that was never sent is not counted, and counts once it is', async () => {
    const { emails } = desk();
    const groupId = uniqueName('group');
    const email = sampleEmail({ groupId, state: 'submitted' });
    await emails.create(email);
    await emails.change(email.emailId, () => ({ state: 'failed', fields: { failedAt: sampleAt } }));
    expect(await emails.groupAnalytics(groupId)).toBeUndefined();
    expect(await emails.sentOfGroup(groupId)).toEqual([]);
    await emails.change(email.emailId, () => ({ state: 'failed', fields: { sentAt: sampleAt } }));
    expect(await emails.groupAnalytics(groupId)).toMatchObject({ total_sent: 1, failed: 1 });
  });

  it.each([
    ['a slash', 'news/2026/05'],
    ['dots', '.a..b.'],
    ['characters that subjects forbid', 'a b*>\u00e9\u{1f389}='],
    ['what an encoded one looks like', '=bmV3cw'],
    ['1,500 characters', 'g'.repeat(1_500)],
  ])('H11 a group id with %s keeps to itself', async (_name, text) => {
    const { emails } = desk();
    const groupId = `${text}${uniqueName('')}`;
    const email = sampleEmail({ groupId, state: 'sent', sentAt: sampleAt });
    await emails.create(email);
    expect((await emails.ofGroup(groupId)).map(({ emailId }) => emailId)).toEqual([email.emailId]);
    expect(await emails.groupAnalytics(groupId)).toMatchObject({ total_sent: 1 });
    expect(await emails.groupAnalytics(`${groupId}x`)).toBeUndefined();
  });

  it('H10 an email opened very often keeps the count exact and its record small', async () => {
    const { emails, record } = desk();
    const email = sampleEmail({ state: 'sent', sentAt: sampleAt });
    await emails.create(email);
    const opens = Math.ceil(300 * (opened().scale ?? 1));
    for (let second = 100; second < 100 + opens; second += 1)
      await record(sesEventBody(email.emailId, 'Open', second, person));
    const read = await emails.read(email.emailId);
    expect(read).toMatchObject({ openCount: opens });
    expect(read?.earlyOpens).toHaveLength(50);
    expect(JSON.stringify(read).length).toBeLessThan(40_000);
    expect(await emails.groupAnalytics(email.groupId)).toMatchObject({ opened: opens, unique_opened: 1 });
  });
}
