import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toErrorCode } from '../../shared/errors/mail-error.ts';
import type { MailSender, OutgoingMail } from '../../shared/ports/mail-sender.ts';
import { uniqueName } from './unique-name.ts';

/** One mail as the transport, or the stand-in behind it, took it. */
export interface TakenMail {
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly mime: Buffer;
}

export interface OpenedMailSender {
  readonly sender: MailSender;
  /** Everything taken so far. */
  taken(): Promise<readonly TakenMail[]>;
  close(): Promise<void>;
}

const mailFrom = 'notifications@example.com';

function outgoing(mime: Buffer, rcptTo: string, emailId = uniqueName('e')): OutgoingMail {
  return {
    emailId,
    mailFrom,
    rcptTo,
    openMime: async () => Readable.from([mime]),
    sizeBytes: mime.length,
    emailTags: { email_id: emailId },
  };
}

function mimeOf(...lines: readonly string[]): Buffer {
  const head = ['From: notifications@example.com', 'To: someone@example.org', 'Subject: Report', 'MIME-Version: 1.0'];
  return Buffer.from([...head, '', ...lines, ''].join('\r\n'));
}

/** What every mail sender must do when its transport takes mail. */
export function describeMailSender(name: string, open: () => Promise<OpenedMailSender>): void {
  describe(`mail sender: ${name}`, () => {
    let opened: OpenedMailSender;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    async function takenFor(rcptTo: string): Promise<readonly TakenMail[]> {
      return (await opened.taken()).filter((mail) => mail.rcptTo === rcptTo);
    }

    function recipient(): string {
      return `${uniqueName('r')}@example.org`;
    }

    it('says how long an attempt takes at most and how an uncertain one is settled', () => {
      expect(opened.sender.timeoutSeconds).toBeGreaterThan(0);
      expect(['events', 'none', 'idempotent']).toContain(opened.sender.settlement);
    });

    it('send hands over one mail with its envelope and its bytes unchanged', async () => {
      const rcptTo = recipient();
      const mime = mimeOf('Hello', '.', '..dots', '', 'From here on', 'end');
      const receipt = await opened.sender.send(outgoing(mime, rcptTo));
      expect(receipt.transportId).toMatch(/^\S+$/);
      const mails = await takenFor(rcptTo);
      expect(mails.map((mail) => [mail.mailFrom, mail.mime.toString('latin1')])).toEqual([
        [mailFrom, mime.toString('latin1')],
      ]);
    });

    it('send takes a mail of 300 KB that comes in small chunks', async () => {
      const rcptTo = recipient();
      const mime = mimeOf(...Array.from({ length: 4_000 }, (_, index) => `${index} ${'x'.repeat(70)}`));
      const chunks = Array.from({ length: Math.ceil(mime.length / 1_000) }, (_, index) =>
        mime.subarray(index * 1_000, (index + 1) * 1_000),
      );
      await opened.sender.send({ ...outgoing(mime, rcptTo), openMime: async () => Readable.from(chunks) });
      expect((await takenFor(rcptTo))[0]?.mime.equals(mime)).toBe(true);
    });

    it('send opens the message once for each attempt', async () => {
      const mime = mimeOf('once');
      let opens = 0;
      const mail = outgoing(mime, recipient());
      const counted = {
        ...mail,
        openMime: async () => {
          opens += 1;
          return Readable.from([mime]);
        },
      };
      await opened.sender.send(counted);
      expect(opens).toBe(1);
    });

    it('two mails have two transport ids', async () => {
      const receipts = await Promise.all(
        [recipient(), recipient()].map((rcptTo) => opened.sender.send(outgoing(mimeOf('x'), rcptTo))),
      );
      expect(new Set(receipts.map((receipt) => receipt.transportId)).size).toBe(2);
    });

    it('send whose message cannot be opened throws, not as uncertain, and hands over nothing', async () => {
      const rcptTo = recipient();
      const mail = { ...outgoing(mimeOf('x'), rcptTo), openMime: () => Promise.reject(new Error('the store is away')) };
      const error: unknown = await opened.sender.send(mail).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(toErrorCode(error)).not.toBe('ERR_SEND_UNCERTAIN');
      expect(await takenFor(rcptTo)).toEqual([]);
    });

    it('send whose message breaks off hands over no half mail', async () => {
      const rcptTo = recipient();
      const mail = outgoing(mimeOf('x'), rcptTo);
      const broken = async function* (): AsyncGenerator<Buffer> {
        yield mimeOf('first half');
        throw new Error('the store went away');
      };
      const error: unknown = await opened.sender
        .send({ ...mail, sizeBytes: 1_000, openMime: async () => Readable.from(broken()) })
        .catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(await takenFor(rcptTo)).toEqual([]);
    });

    it('a second send of one email id is a second mail unless the sender is idempotent', async () => {
      const rcptTo = recipient();
      const mail = outgoing(mimeOf('twice'), rcptTo);
      await opened.sender.send(mail);
      await opened.sender.send(mail);
      expect(await takenFor(rcptTo)).toHaveLength(opened.sender.settlement === 'idempotent' ? 1 : 2);
    });
  });
}
