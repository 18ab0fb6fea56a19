import { expect, it } from 'vitest';
import type { EmailRecord } from '../../../shared/contracts/records.ts';
import { walkCounts } from '../../../shared/records/group-counts.ts';
import type { OpenedEmailRecords } from '../email-records-contract.ts';
import { openDesk } from './desk.ts';
import { hardBounce, sampleAt, sampleEmail, sesEventBody } from './sample-email.ts';

type Desk = ReturnType<typeof openDesk>;

/** The way of one email, each step as its queue would run it again after a crash. */
function stepsOf(email: EmailRecord): readonly ((desk: Desk) => Promise<unknown>)[] {
  const { emailId } = email;
  return [
    ({ emails }) => emails.create(email),
    ({ emails }) =>
      emails.change(emailId, ({ state }) =>
        state === 'queued' ? { state: 'sending', fields: { dueAt: '2999-01-01T00:00:00.000Z' } } : undefined,
      ),
    ({ emails }) =>
      emails.change(emailId, ({ state }) =>
        state === 'sending' ? { state: 'sent', fields: { sentAt: sampleAt, dueAt: null } } : undefined,
      ),
    ({ record }) => record(sesEventBody(emailId, 'Open', 60)),
    ({ record }) => record(sesEventBody(emailId, 'Delivery', 5)),
    ({ record }) => record(sesEventBody(emailId, 'Open', 70)),
    ({ record }) => record(sesEventBody(emailId, 'Bounce', 80, hardBounce)),
  ];
}

const expected = { total_sent: 1, delivered: 1, opened: 2, unique_opened: 1, failed: 1, bounced: 1 };

/** A process that dies between any two writes leaves counters that are what a walk finds, and nothing half done. */
export function describeCrashes(opened: () => OpenedEmailRecords): void {
  async function crashAt(place: number): Promise<boolean> {
    const email = sampleEmail();
    const alive = openDesk(opened().store);
    const dying = opened().dyingAt(place);
    const mortal = openDesk(dying.store);
    let hasDied = false;
    for (const step of stepsOf(email)) {
      if (!hasDied) {
        try {
          await step(mortal);
        } catch {
          hasDied = true;
        }
        // A commit may be made although its process died: then no error came out of it.
        hasDied ||= dying.passed() >= place;
        await assertCounted(alive, email, `place ${place}`);
      }
      if (hasDied) await step(alive);
    }
    const counts = await assertCounted(alive, email, `place ${place}, at the end`);
    expect(counts, `place ${place}`).toMatchObject(expected);
    const read = await alive.emails.read(email.emailId);
    expect(read).toMatchObject({ state: 'bounced', openCount: 2, deliveredAt: '2026-05-01T10:00:05.000Z' });
    expect(await alive.emails.events(email.emailId)).toHaveLength(4);
    expect(await alive.emails.ofGroup(email.groupId)).toEqual([read]);
    return hasDied;
  }

  async function assertCounted({ emails }: Desk, { groupId }: EmailRecord, where: string) {
    const walked = walkCounts(await emails.sentOfGroup(groupId));
    const counts = await emails.groupAnalytics(groupId);
    expect(counts ?? { total_sent: 0 }, where).toMatchObject(
      counts === undefined ? { total_sent: walked.total_sent } : walked,
    );
    return counts;
  }

  it('a crash before or after any single write loses no count and makes none twice', async () => {
    let place = 1;
    while (await crashAt(place)) place += 1;
    // Two places for each of seven steps at the least.
    expect(place).toBeGreaterThan(14);
  });
}
