import { describe, expect, it } from 'vitest';
import type { EmailRecord } from '../../../shared/contracts/records.ts';
import { isTold, toStatusReply } from '../../../shared/relay/to-status-reply.ts';

const at = '2026-11-22T08:15:00.000Z';
const email: EmailRecord = {
  ...{ emailId: 'e', groupId: 'g/1', state: 'sent', mailFrom: 'a@example.com', rcptTo: 'b@example.com', subject: 's' },
  ...{ mimeKey: 'mime/e', sizeBytes: 1, intact: false, attempts: 1, possibleDuplicate: false, revision: 3 },
  ...{ createdAt: at, changedAt: at, sentAt: at },
};

const plain = {
  ...{ email_id: 'e', group_id: 'g/1', to: 'b@example.com', subject: 's', sent_at: at, delivered: false },
  ...{ opened: false, open_count: 0, failed: false, bounced: false, complained: false, clicked: false, click_count: 0 },
  status: 'sent',
};

describe('toStatusReply', () => {
  it('shows every flag always, and times only once they are known', () => {
    expect(toStatusReply(email)).toEqual(plain);
  });

  it('shows what events have told', () => {
    const told = toStatusReply({
      ...email,
      ...{ state: 'bounced', deliveredAt: at, openCount: 3, clickCount: 1, lastOpenedAt: at, bouncedAt: at },
      ...{ failedAt: at, complainedAt: at, statusReason: 'Permanent/General' },
      openedAtList: [{ eventId: 'x', at }],
    });
    expect(told).toEqual({
      ...plain,
      ...{ delivered: true, delivered_at: at, opened: true, open_count: 3, last_opened_at: at, clicked: true },
      ...{ click_count: 1, failed: true, failed_at: at, bounced: true, complained: true, status: 'bounced' },
      opened_at_list: [{ event_id: 'x', opened_at: at }],
      status_reason: 'Permanent/General',
    });
  });

  it('tells of what was sent and of what is suppressed, and of nothing else', () => {
    const { sentAt: _sentAt, ...unsent } = email;
    expect(isTold(email)).toBe(true);
    expect(isTold({ ...unsent, state: 'suppressed' })).toBe(true);
    for (const state of ['submitted', 'sending', 'failed', 'uncertain', 'retry'] as const) {
      expect(isTold({ ...unsent, state })).toBe(false);
    }
    expect(toStatusReply({ ...unsent, state: 'suppressed' })).toMatchObject({ sent_at: at, status: 'suppressed' });
  });
});
