import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRelayDesk, type RelayDesk } from './relay-desk.ts';

/** The peer's published types, as a caller of it has them: what it reads, and nothing else. */
interface PeerRecord {
  email_id: string;
  group_id: string;
  to: string;
  subject: string;
  sent_at: string;
  delivered: boolean;
  delivered_at?: string;
  opened: boolean;
  opened_at_list?: { event_id: string; opened_at: string }[];
  last_opened_at?: string;
  failed: boolean;
  failed_at?: string;
}

/** RFC 3339, as Go's time.Time reads it. */
const goTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Reads a reply as Go's json.Unmarshal does into the peer's struct: a field of another type is an error. */
function asPeerRecord(value: unknown): PeerRecord {
  const record = value as Record<string, unknown>;
  for (const name of ['email_id', 'group_id', 'to', 'subject']) expect(record[name]).toBeTypeOf('string');
  for (const name of ['delivered', 'opened', 'failed']) expect(record[name]).toBeTypeOf('boolean');
  for (const name of ['sent_at', 'delivered_at', 'last_opened_at', 'failed_at']) {
    if (record[name] !== undefined) expect(record[name]).toMatch(goTime);
  }
  expect(record.sent_at).toMatch(goTime);
  return record as unknown as PeerRecord;
}

describe('a caller written for the peer', () => {
  let desk: RelayDesk;
  beforeAll(async () => {
    desk = await openRelayDesk();
  });
  afterAll(() => desk.close());

  /** nc.RequestWithContext with five seconds, and both unmarshals that the caller makes of the one reply. */
  async function call(subject: string, request: object): Promise<{ error: string; reply: unknown }> {
    const { data } = await desk.client.request(subject, JSON.stringify(request), { timeout: 5_000 });
    const reply = JSON.parse(Buffer.from(data).toString('utf8'));
    return { error: Array.isArray(reply) ? '' : (reply.error ?? ''), reply };
  }

  it('goes through its whole program unchanged: send, status, group status, analytics', async () => {
    const send = await call('lfx.email-service.send_email', {
      to: 'user@example.com',
      subject: "You've been added",
      html: '<p>Hello</p>',
      text: 'Hello',
      from: 'newsletter@lfx.linuxfoundation.org',
      from_display_name: 'LFX Newsletter',
      group_id: 'my-batch-id',
    });
    expect(send.error).toBe('');
    const sent = send.reply as { email_id: string; group_id: string };
    expect(Object.keys(sent).sort()).toEqual(['email_id', 'group_id']);
    expect(sent.group_id).toBe('my-batch-id');

    const one = await call('lfx.email-service.get_email_status', { email_id: sent.email_id });
    const record = asPeerRecord(one.reply);
    expect(record).toMatchObject({ email_id: sent.email_id, delivered: false, opened: false, failed: false });
    expect(record.to).toBe('user@example.com');

    const group = await call('lfx.email-service.get_email_status', { group_id: sent.group_id });
    expect((group.reply as unknown[]).map(asPeerRecord).map(({ email_id }) => email_id)).toEqual([sent.email_id]);

    const analytics = await call('lfx.email-service.get_email_engagement_analytics', { group_id: sent.group_id });
    expect(analytics.reply).toEqual({
      ...{ group_id: 'my-batch-id', total_sent: 1, delivered: 0, opened: 0, unique_opened: 0, failed: 0 },
    });
  });

  it('is told of an error by the one field that it looks at, with empty Go fields written out', async () => {
    const zeroes = {
      to: '',
      subject: '',
      html: '',
      text: '',
      from: '',
      from_display_name: '',
      reply_to: '',
      group_id: '',
    };
    const send = await call('lfx.email-service.send_email', zeroes);
    expect(send.reply).toEqual({ error: 'to, subject, html, and text are required' });
    const status = await call('lfx.email-service.get_email_status', { email_id: '', group_id: '' });
    expect(status.reply).toEqual({ error: 'email_id or group_id is required' });
  });
});
