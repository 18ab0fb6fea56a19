import { expect, it } from 'vitest';
import { sweepOrphans } from '../../../shared/engagement/sweep-orphans.ts';
import type { OpenedEmailRecords } from '../email-records-contract.ts';
import { uniqueName } from '../unique-name.ts';
import { openDesk } from './desk.ts';
import { hardBounce, sampleAt, sampleEmail, sesEventBody } from './sample-email.ts';

/** What is read in pages, and what waits. */
export function describeLists(opened: () => OpenedEmailRecords): void {
  const desk = () => openDesk(opened().store);

  it('a large group is read whole, in pages of any size, each member once', async () => {
    const { emails } = desk();
    const groupId = uniqueName('group');
    const groupSize = Math.ceil(130 * (opened().scale ?? 1));
    const made = Array.from({ length: groupSize }, () => sampleEmail({ groupId, state: 'sent', sentAt: sampleAt }));
    for (let start = 0; start < made.length; start += 10) {
      await Promise.all(made.slice(start, start + 10).map((email) => emails.create(email)));
    }
    const ids = made.map(({ emailId }) => emailId).sort();
    expect((await emails.sentOfGroup(groupId)).map(({ emailId }) => emailId).sort()).toEqual(ids);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { pk: `GROUP#${groupId}`, skPrefix: 'E#', limit: Math.ceil(groupSize / 3) };
      const page = await opened().store.query(cursor === undefined ? query : { ...query, cursor });
      paged.push(...page.records.map(({ emailId }) => String(emailId)));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(paged).toEqual(ids);
    expect(await emails.groupAnalytics(groupId)).toMatchObject({ total_sent: groupSize });
  });

  it('H9 a hard bounce suppresses every class, a complaint its own, and an operator takes them off again', async () => {
    const { emails, suppression, record, clock } = desk();
    const [bounced, complained] = [`${uniqueName('b')}@example.com`, `${uniqueName('c')}@example.com`];
    const first = sampleEmail({ rcptTo: bounced, state: 'sent', sentAt: sampleAt });
    const second = sampleEmail({ rcptTo: complained, messageClass: 'bulk', state: 'sent', sentAt: sampleAt });
    await Promise.all([emails.create(first), emails.create(second)]);
    const bounce = sesEventBody(first.emailId, 'Bounce', 5, hardBounce);
    await record(bounce);
    await record(sesEventBody(second.emailId, 'Complaint', 5));
    expect(await suppression.find(bounced, 'bulk')).toMatchObject({ reason: 'bounce' });
    expect(await suppression.find(complained, 'bulk')).toMatchObject({ reason: 'complaint' });
    expect(await suppression.find(complained, 'transactional')).toBeUndefined();

    const author = { by: 'operator', why: 'asked by phone' };
    clock.advance(1);
    expect(await suppression.remove(bounced, 'all', author)).toBe(true);
    expect(await suppression.remove(bounced, 'all', author)).toBe(false);
    await record(bounce);
    expect(await suppression.find(bounced, 'bulk')).toBeUndefined();
    expect(await suppression.history(bounced)).toMatchObject([
      { step: 'added', by: 'lightermail' },
      { step: 'removed', ...author },
    ]);
  });

  it('the suppression list is read whole in pages, and shows no address', async () => {
    const { suppression } = desk();
    const tag = uniqueName('list').toLowerCase();
    const listed = Math.ceil(45 * (opened().scale ?? 1));
    const addresses = Array.from({ length: listed }, (_, index) => `person-${index}@${tag}.example`);
    for (const address of addresses) await suppression.add(address, 'all', 'operator', { by: 'op' });
    const shown: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await suppression.list(7, cursor);
      expect(page.entries.length).toBeLessThanOrEqual(7);
      shown.push(...page.entries.map((entry) => entry.shown).filter((text) => text.includes(tag)));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(shown).toHaveLength(listed);
    expect(new Set(shown)).toEqual(new Set([`pe****@${tag}.example`]));
  });

  it('H7 an event before its email waits, is recorded when the email appears, and is parked after an hour', async () => {
    const { emails, orphans, record, clock, ports } = desk();
    const [email, never] = [sampleEmail({ state: 'sending' }), sampleEmail()];
    const delivery = sesEventBody(email.emailId, 'Delivery', 5);
    await Promise.all([record(delivery), record(delivery)]);
    await record(sesEventBody(never.emailId, 'Open', 5));
    expect(await orphans.ofEmail(email.emailId)).toHaveLength(1);
    await emails.create(email);
    await sweepOrphans(ports);
    expect(await emails.read(email.emailId)).toMatchObject({ state: 'delivered' });
    expect(await emails.groupAnalytics(email.groupId)).toMatchObject({ total_sent: 1, delivered: 1 });
    expect(await orphans.ofEmail(email.emailId)).toEqual([]);

    clock.advance(3_601);
    expect((await sweepOrphans(ports)).parkedCount).toBeGreaterThanOrEqual(1);
    expect((await orphans.parked(1_000)).map(({ emailId }) => emailId)).toContain(never.emailId);
    expect(await orphans.ofEmail(never.emailId)).toHaveLength(1);
    expect((await orphans.waiting(1_000)).map(({ emailId }) => emailId)).not.toContain(never.emailId);
  });

  it('H12 an event of a mail older than the records makes no half record', async () => {
    const { emails, orphans, record, clock } = desk();
    const email = sampleEmail();
    clock.advance(121 * 86_400);
    expect(await record(sesEventBody(email.emailId, 'Open', 5))).toBe('done');
    expect(await emails.read(email.emailId)).toBeUndefined();
    expect(await orphans.ofEmail(email.emailId)).toEqual([]);
  });
}
