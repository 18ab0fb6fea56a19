import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { EmailRecord, LedgerEntry, LedgerPart, MailState } from '../../shared/contracts/records.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { toEmailId, toMailId, toRecipientHash } from '../../shared/mail/ids.ts';
import type { Desk } from './local-desk.ts';
import { giveLink, tokenOf } from './sample-link.ts';

export interface SampleMail {
  readonly subject: string;
  readonly from: string;
  readonly state: MailState;
  readonly code?: ErrorCode;
  readonly reason?: string;
  readonly to?: readonly string[];
  readonly files?: readonly (readonly [name: string, type: string, sizeBytes: number])[];
}

let made = 0;

/** One mail in the records, with the history that a real one would have by then. */
export async function fileMail(desk: Desk, mail: SampleMail): Promise<string> {
  made += 1;
  const { clock, ledger } = desk;
  const { subject, from, state, code, reason, to = [], files = [] } = mail;
  const rawKey = `raw/desk/${String(made).padStart(26, '0')}`;
  const mailId = toMailId('raw', rawKey, String(made));
  const at = clock.now().toISOString();
  const entry: LedgerEntry = {
    ...{ mailId, state: 'received', routeId: 'desk', rawBucket: 'raw', rawKey, receivedAt: at, changedAt: at },
    sizeBytes: 4200 + files.reduce((sum, [, , bytes]) => sum + Math.ceil(bytes * 1.37), 0),
    ...{ recipientCount: 0, partCount: 0, warnings: [] },
  };
  await ledger.begin(entry);
  clock.pass(180);
  for (const [index, [fileName, contentType, sizeBytes]] of files.entries()) {
    await ledger.savePart(toPart(mailId, String(index + 2), fileName, contentType, sizeBytes));
    for (const recipient of to) {
      const own = { mailId, path: String(index + 2), fileName, contentType, sizeBytes };
      const recipientHash = toRecipientHash(recipient);
      await giveLink(desk, tokenOf(made * 1000 + index * 10 + to.indexOf(recipient)), Buffer.from(fileName), {
        ...own,
        recipientHash,
      });
    }
  }
  if (files.length > 0) await ledger.note(mailId, 'attachments stored', `${files.length} files`);
  clock.pass(95);
  const facts = { from, subject, recipientCount: to.length, partCount: files.length };
  if (state === 'received') return mailId;
  await ledger.move(mailId, ['received'], 'accepted', facts);
  clock.pass(40);
  for (const recipient of to) await fileEmail(desk, mailId, recipient, mail);
  if (state === 'accepted') return mailId;
  await ledger.move(mailId, ['accepted'], state, { ...(code && { code }), ...(reason && { reason }) });
  return mailId;
}

function toPart(mailId: string, path: string, fileName: string, contentType: string, sizeBytes: number): LedgerPart {
  const sha256 = createHash('sha256').update(fileName).digest('hex');
  const isInline = contentType.startsWith('image/') && sizeBytes < 50_000;
  return {
    ...{ mailId, path, fileName, contentType, sizeBytes, sha256 },
    ...(isInline
      ? { fate: 'inline' as const, reason: 'the HTML refers to it' }
      : { fate: 'offloaded' as const, reason: 'larger than the route keeps', blobKey: `files/${mailId}/${path}` }),
  };
}

async function fileEmail(desk: Desk, mailId: string, rcptTo: string, { subject, state }: SampleMail) {
  const { clock, emails } = desk;
  const emailId = toEmailId(mailId, rcptTo);
  const at = clock.now().toISOString();
  const email: EmailRecord = {
    ...{ emailId, groupId: mailId, mailId, state: 'queued', mailFrom: 'notifications@example.com', rcptTo, subject },
    ...{ mimeKey: `mime/${emailId}`, sizeBytes: 9000, intact: false, attempts: 0, possibleDuplicate: false },
    ...{ createdAt: at, changedAt: at, revision: 0 },
  } as EmailRecord;
  await emails.create(email);
  if (state === 'accepted') return;
  clock.pass(60);
  await emails.change(emailId, () => ({ state: 'sending', fields: { attempts: 1 } }));
  clock.pass(220);
  if (rcptTo.startsWith('bounce')) {
    await emails.change(emailId, () => ({ state: 'failed', fields: { code: 'ERR_SEND_REJECTED', failedAt: at } }));
    return;
  }
  await emails.change(emailId, () => ({ state: 'sent', fields: { sentAt: clock.now().toISOString() } }));
  const mime = landedMail(rcptTo, subject);
  await desk.stores.mailbox.sender.send({
    ...{ emailId, mailFrom: 'notifications@example.com', rcptTo, sizeBytes: mime.length, emailTags: {} },
    openMime: async () => Readable.from([mime]),
  });
  clock.pass(400);
  await emails.change(emailId, () => ({ state: 'delivered', fields: { deliveredAt: clock.now().toISOString() } }));
}

/** A mail as it lands: text, and HTML that tries what a hostile one would. */
export function landedMail(to: string, subject: string): Buffer {
  const link = 'https://links.example.com/f/AbCdEfGhIjKlMnOpQrStUvWxYz012345';
  const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
  return Buffer.from(
    [
      'From: "Scanner" <notifications@example.com>',
      `To: ${to}`,
      `Subject: ${subject}`,
      'Date: Mon, 02 Mar 2026 09:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/related; boundary=r',
      '',
      '--r',
      'Content-Type: multipart/alternative; boundary=a',
      '',
      '--a',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Hello,',
      '',
      'the drawings are ready.',
      '',
      `site-plan.pdf (8.4 MB): ${link}`,
      '--a',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<div style="font-family:sans-serif;padding:24px"><p>Hello,</p><p>the drawings are ready.</p>',
      '<script>document.body.textContent="script ran"</script><img src="cid:dot@x" alt="">',
      `<p style="border:1px solid #ddd;border-radius:10px;padding:16px"><b>site-plan.pdf</b> · 8.4 MB<br><a href="${link}">Download</a></p></div>`,
      '--a--',
      '--r',
      'Content-Type: image/png',
      'Content-ID: <dot@x>',
      'Content-Disposition: inline; filename=dot.png',
      'Content-Transfer-Encoding: base64',
      '',
      dot,
      '--r--',
      '',
    ].join('\r\n'),
  );
}

const hour = 3_600_000;

/** A morning's mail in every state, queues with dead letters, a notice. */
export async function fillDesk(desk: Desk): Promise<{ readonly bestMailId: string }> {
  const { clock, stores } = desk;
  const end = clock.now();
  clock.set(new Date(end.getTime() - 5 * hour));
  await fileMail(desk, {
    subject: 'Re: Re: out of office',
    from: 'robot@example.net',
    state: 'ignored',
    code: 'ERR_LOOP',
    reason: 'the mail has passed here before',
  });
  clock.pass(hour);
  await fileMail(desk, {
    subject: 'You have won <b>everything</b>',
    from: 'prize@example.org',
    state: 'quarantined',
    code: 'ERR_SPAM',
    reason: 'the spam verdict is FAIL',
  });
  clock.pass(hour);
  await fileMail(desk, {
    subject: 'Messdaten Prüfstand 4',
    from: 'pruefstand@example.com',
    state: 'stuck',
    code: 'ERR_ATTEMPTS_SPENT',
    reason: 'its job is in the dead-letter queue',
    to: ['labor@example.com'],
    files: [['messdaten.csv', 'text/csv', 180_000]],
  });
  clock.pass(hour);
  await fileMail(desk, {
    subject: 'Scan from the second floor',
    from: 'scanner-2@example.com',
    state: 'parked',
    code: 'ERR_NO_RECIPIENTS',
    reason: 'the body holds no recipient list: repair the marker and replay',
    files: [['scan-0042.pdf', 'application/pdf', 912_000]],
  });
  clock.pass(hour / 2);
  const bestMailId = await fileMail(desk, {
    subject: 'Site plan and drawings for the north wing, third revision with the comments of the structural engineer',
    from: 'scanner-1@example.com',
    state: 'relayed',
    to: [
      'ada.lovelace@example.com',
      'grace@example.org',
      'bounce+very-long-address-of-a-department@subsidiary.example.net',
    ],
    files: [
      ['site-plan.pdf', 'application/pdf', 8_400_000],
      ['Übersicht Nordflügel (3. Fassung) 図面.dwg', 'application/acad', 23_100_000],
      ['logo.png', 'image/png', 12_000],
    ],
  });
  clock.pass(hour / 3);
  await fileMail(desk, {
    subject: 'Invoice 2026-118',
    from: 'accounts@example.com',
    state: 'relayed',
    to: ['pay@example.com'],
    files: [['invoice-2026-118.pdf', 'application/pdf', 61_000]],
  });
  clock.pass(hour / 12);
  await fileMail(desk, {
    subject: 'Camera 7: motion',
    from: 'camera-7@example.com',
    state: 'accepted',
    to: ['guard@example.com', 'night@example.com'],
    files: [['clip.mp4', 'video/mp4', 14_800_000]],
  });
  clock.pass(hour / 60);
  await fileMail(desk, { subject: 'arriving', from: 'camera-8@example.com', state: 'received' });

  await stores.queues.outbound.send([JSON.stringify({ v: 1, emailId: 'e'.repeat(40) })]);
  await stores.queues.inbound.reject(
    JSON.stringify({ Records: [{ s3: { object: { key: 'raw/desk/1' } } }] }),
    'ERR_BAD_EVENT',
  );
  await stores.queues.inbound.reject('not JSON at all', 'ERR_BAD_EVENT');
  await stores.topics.fallback.publish({
    subject: 'Mail parked: ERR_NO_RECIPIENTS',
    message: 'mail m-1 on route desk was parked: ERR_NO_RECIPIENTS',
  });
  return { bestMailId };
}
