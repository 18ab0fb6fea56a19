import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { writeRelayMessage } from '../../../shared/adapters/mail/relay-message.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { deliverTracked, type RelayInline } from '../../../shared/relay/deliver-tracked.ts';
import { createInFlightMessages } from '../../../shared/relay/in-flight-messages.ts';
import { type DeliverRelayMail, type RelayMail, sendEmail } from '../../../shared/relay/send-email.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const request = Buffer.from(
  JSON.stringify({ to: 'user@example.com', subject: 'Added', html: '<p>Hello</p>', text: 'Hello', group_id: 'g' }),
);

const ports = (deliver: DeliverRelayMail) => ({
  settings: {
    isEnabled: true,
    defaultFrom: { address: 'noreply@example.com', name: 'Relay' },
    ...{ fromDomains: [], replyToDomains: [], recipientDomains: [] },
  },
  write: writeRelayMessage,
  deliver,
  newUuid: randomUUID,
  clock: createManualClock(),
  log: createLogger({ service: 'test', write: () => undefined }),
});

describe('sendEmail', () => {
  it('delivers one written mail within 28 s and answers with its ids', async () => {
    const mails: RelayMail[] = [];
    const sendPorts = ports(async (mail) => mails.push(mail) > 0);
    const reply = await sendEmail(sendPorts, request);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ groupId: 'g', mailFrom: 'noreply@example.com', rcptTo: 'user@example.com' });
    expect(reply).toEqual({ email_id: mails[0]?.emailId, group_id: 'g' });
    expect(mails[0]?.deadline.getTime()).toBe(sendPorts.clock.now().getTime() + 28_000);
  });

  it.each([
    ['says no', async () => false],
    ['throws', async () => Promise.reject(new TransientMailError('ERR_STORE_UNAVAILABLE', 'down'))],
  ])('answers that the delivery failed when it %s', async (_name, deliver: DeliverRelayMail) => {
    expect(await sendEmail(ports(deliver), request)).toEqual({ error: 'email delivery failed' });
  });
});

describe('deliverTracked', () => {
  const mail: RelayMail = {
    ...{ emailId: randomUUID(), groupId: 'g', mailFrom: 'a@example.com', rcptTo: 'b@example.com', subject: 's' },
    mime: Buffer.from('mime'),
    deadline: new Date(8.64e15),
  };
  const emails = {
    create: async (email: Parameters<Parameters<typeof deliverTracked>[0]['emails']['create']>[0]) => email,
  };

  it('holds the message while it is relayed, and no longer', async () => {
    const messages = createInFlightMessages();
    const key = `mime/${mail.emailId}`;
    const relay: RelayInline = async () => (await messages.head(key))?.sizeBytes === 4;
    const deliver = deliverTracked({ emails, messages, relay, clock: createManualClock() });
    expect(await deliver(mail)).toBe(true);
    expect(await messages.get(key)).toBeUndefined();
  });

  it('relays nothing when the email cannot be recorded, or was recorded too late', async () => {
    const messages = createInFlightMessages();
    const relay: RelayInline = () => Promise.reject(new Error('relayed'));
    const down = { create: () => Promise.reject(new TransientMailError('ERR_STORE_UNAVAILABLE', 'down')) };
    const clock = createManualClock();
    await expect(deliverTracked({ emails: down, messages, relay, clock })(mail)).rejects.toThrow('down');
    const late = { ...mail, deadline: clock.now() };
    await expect(deliverTracked({ emails, messages, relay, clock })(late)).rejects.toMatchObject({
      code: 'ERR_OUT_OF_TIME',
    });
  });
});
