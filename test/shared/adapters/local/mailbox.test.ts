import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Delivered } from '../../../../shared/adapters/local/mailbox.ts';
import type { OutgoingMail } from '../../../../shared/ports/mail-sender.ts';
import { describeMailSender } from '../../../contract/mail-sender-contract.ts';
import { manualClock, openTempStores, testStores } from './temp-folder.ts';

describeMailSender('local mailbox', async () => {
  const { mailbox, close } = await openTempStores();
  return {
    sender: mailbox.sender,
    close,
    taken: async () =>
      Promise.all(
        (await mailbox.list(100)).map(async ({ id, mailFrom, rcptTo }) => {
          const content = await mailbox.raw(id);
          return { mailFrom, rcptTo, mime: await buffer(content!.body) };
        }),
      ),
  };
});

function mail(emailId: string, text: string): OutgoingMail {
  const mime = Buffer.from(`Subject: ${text}\r\n\r\nbody\r\n`);
  return {
    emailId,
    mailFrom: 'notifications@example.com',
    rcptTo: 'someone@example.org',
    openMime: async () => Readable.from([mime]),
    sizeBytes: mime.length,
    configurationSet: 'tracked',
    emailTags: { email_id: emailId },
  };
}

describe('local mailbox', () => {
  it('lists mail newest first, as the console shows it', async () => {
    const clock = manualClock();
    const { mailbox } = await testStores(clock);
    await mailbox.sender.send(mail('e1', 'first'));
    clock.advance(60);
    const { transportId } = await mailbox.sender.send(mail('e2', '=?utf-8?Q?Gr=C3=BC=C3=9Fe?='));
    expect(await mailbox.list(10)).toMatchObject([{ emailId: 'e2' }, { emailId: 'e1' }]);
    expect(await mailbox.list(1)).toEqual([
      {
        id: transportId,
        emailId: 'e2',
        rcptTo: 'someone@example.org',
        mailFrom: 'notifications@example.com',
        subject: 'Grüße',
        bytes: 46,
        at: '2026-01-01T00:01:00.000Z',
      },
    ]);
  });

  it('a second send of one email id replaces the first and keeps its id', async () => {
    const { mailbox } = await testStores();
    const first = await mailbox.sender.send(mail('e1', 'first'));
    const second = await mailbox.sender.send(mail('e1', 'second'));
    expect(second.transportId).toBe(first.transportId);
    expect((await mailbox.list(10)).map(({ subject }) => subject)).toEqual(['second']);
    const raw = await mailbox.raw(first.transportId);
    expect((await buffer(raw!.body)).toString()).toContain('second');
  });

  it('raw of an id that is unknown gives undefined', async () => {
    const { mailbox } = await testStores();
    expect(await mailbox.raw('none')).toBeUndefined();
  });

  it('tells its listeners when the mail is durable, until they are taken off', async () => {
    const { mailbox } = await testStores();
    const told: Delivered[] = [];
    const stop = mailbox.onDelivered(async (delivered) => {
      expect(await mailbox.raw(delivered.transportId)).toBeDefined();
      told.push(delivered);
    });
    const { transportId } = await mailbox.sender.send(mail('e1', 'x'));
    stop();
    await mailbox.sender.send(mail('e2', 'y'));
    expect(told).toEqual([
      {
        emailId: 'e1',
        transportId,
        rcptTo: 'someone@example.org',
        mailFrom: 'notifications@example.com',
        emailTags: { email_id: 'e1' },
        configurationSet: 'tracked',
      },
    ]);
  });

  it('a listener that fails fails the send, so that it is tried again', async () => {
    const { mailbox } = await testStores();
    mailbox.onDelivered(() => Promise.reject(new Error('no events')));
    await expect(mailbox.sender.send(mail('e1', 'x'))).rejects.toThrow('no events');
  });

  it('sweep forgets mail after 30 days, list and bytes alike', async () => {
    const clock = manualClock();
    const { mailbox, sweep } = await testStores(clock);
    const { transportId } = await mailbox.sender.send(mail('e1', 'x'));
    clock.advance(30 * 86_400 - 1);
    await sweep();
    expect(await mailbox.list(10)).toHaveLength(1);
    clock.advance(2);
    await sweep();
    expect(await mailbox.list(10)).toEqual([]);
    expect(await mailbox.raw(transportId)).toBeUndefined();
  });
});
