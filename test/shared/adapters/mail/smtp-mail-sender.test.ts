import { describe, expect, it } from 'vitest';
import { TransientMailError } from '../../../../shared/errors/mail-error.ts';
import { failing, mail, mime, scripted, sender, smtpServer } from './smtp-mail-sender-harness.ts';
import { politely } from './smtp-mail-sender-script.ts';

describe('smtp mail sender', () => {
  it('hands the message over byte for byte, under the envelope, with the SES fields before it', async () => {
    const { host, received } = await smtpServer();
    const sent = await sender(`smtp://${host}`).send(
      mail({ configurationSet: 'lightermail', emailTags: { email_id: 'email-00000001', group: 'g_1' } }),
    );
    expect(sent.transportId).not.toBe('');
    expect(received).toEqual([
      {
        from: 'n@example.com',
        to: ['reader@x.example'],
        raw: `X-SES-CONFIGURATION-SET: lightermail\r\nX-SES-MESSAGE-TAGS: email_id=email-00000001,\r\n group=g_1\r\n${mime}`,
      },
    ]);
  });

  it('answers with the queue id of the server and keeps its connection for the next mail', async () => {
    const server = await scripted(({ verb }) => politely(verb));
    const smtp = sender(server.url);
    expect(await smtp.send(mail())).toEqual({ transportId: '4B1C2' });
    expect(await smtp.send(mail())).toEqual({ transportId: '4B1C2' });
    expect(server.sessions()).toBe(1);
  });

  it('settles nothing by itself', () => {
    expect(sender('smtp://127.0.0.1:25')).toMatchObject({ settlement: 'none', timeoutSeconds: 60 });
  });

  it.each([
    ['MAIL', '451 4.3.0 try later', 'ERR_SEND_TEMPORARY'],
    ['RCPT', '450 4.2.0 greylisted', 'ERR_SEND_TEMPORARY'],
    ['RCPT', '452 4.5.3 too many recipients', 'ERR_SEND_THROTTLED'],
    ['END', '454 Throttling failure: Maximum sending rate exceeded.', 'ERR_SEND_THROTTLED'],
    ['END', '421 4.7.0 rate limited', 'ERR_SEND_THROTTLED'],
    ['END', '421 4.3.2 shutting down', 'ERR_SEND_TEMPORARY'],
    ['MAIL', '550 5.7.1 reader@x.example refused', 'ERR_SEND_REJECTED'],
    ['RCPT', '550 5.1.1 no such user', 'ERR_SEND_REJECTED'],
    ['DATA', '554 5.5.1 no', 'ERR_SEND_REJECTED'],
    ['END', '554 5.6.0 content refused', 'ERR_SEND_REJECTED'],
    ['MAIL', '503 5.5.1 bad sequence', 'ERR_SEND_TEMPORARY'],
    ['MAIL', '530 5.7.0 authentication required', 'ERR_CREDENTIALS'],
    ['RCPT', '550 4.2.2 mailbox is full for now', 'ERR_SEND_TEMPORARY'],
    ['RCPT', '450 5.1.1 never', 'ERR_SEND_REJECTED'],
    ['RCPT', '550-5.1.1 no such user\r\n550 5.1.1 really', 'ERR_SEND_REJECTED'],
    ['RCPT', '550 no such user', 'ERR_SEND_REJECTED'],
    ['RCPT', '421 4.7.0 try again later', 'ERR_SEND_TEMPORARY'],
    ['END', '421 5.3.0 closing', 'ERR_SEND_TEMPORARY'],
    ['END', '454 Throttling failure: Daily message quota exceeded.', 'ERR_SEND_QUOTA'],
    ['END', '554 Message rejected: Email address is not verified.', 'ERR_SENDER_NOT_VERIFIED'],
    ['END', '554 Sending paused for this account.', 'ERR_SEND_PAUSED'],
    ['CONNECT', '554 5.7.1 not you', 'ERR_SEND_UNREACHABLE'],
    ['CONNECT', 'what', 'ERR_SEND_UNREACHABLE'],
  ])('answers %s with %s: %s, after one attempt', async (at, reply, code) => {
    const seen: string[] = [];
    const server = await scripted(({ verb }) => {
      seen.push(verb);
      return verb === at ? reply : politely(verb);
    });
    const error: unknown = await sender(server.url)
      .send(mail())
      .catch((thrown: unknown) => thrown);
    expect(error).toEqual(failing(code));
    expect((error as Error).message).not.toMatch(/@|refused/);
    expect(seen.filter((verb) => verb === at)).toHaveLength(1);
  });

  it.each([
    ['RCPT', { stage: 'recipient', reply: 550, smtpStatus: '5.1.1' }],
    ['END', { stage: 'content', reply: 550, smtpStatus: '5.1.1' }],
    ['MAIL', { stage: 'sender', reply: 550, smtpStatus: '5.1.1' }],
  ])('tells a refusal at %s by its stage', async (at, details) => {
    const server = await scripted(({ verb }) => (verb === at ? '550 5.1.1 a@x.example is unknown' : politely(verb)));
    const error = await sender(server.url)
      .send(mail())
      .catch((thrown: { message: string; details: object }) => thrown);
    expect(error).toMatchObject({ code: 'ERR_SEND_REJECTED', details });
    expect(JSON.stringify(error)).not.toMatch(/@|unknown/);
  });

  it('wants the credentials checked: 535 is ERR_CREDENTIALS', async () => {
    const { host, received } = await smtpServer({
      onAuth: (auth, _, callback) =>
        auth.password === 'p@ss' ? callback(null, { user: 'u' }) : callback(new Error('no')),
    });
    await expect(sender(`smtp://u:wrong@${host}`).send(mail())).rejects.toEqual(failing('ERR_CREDENTIALS'));
    await sender(`smtp://u:p%40ss@${host}`).send(mail());
    expect(received).toHaveLength(1);
  });

  it('does not connect when the message cannot be opened', async () => {
    const server = await scripted(({ verb }) => politely(verb));
    const gone = new TransientMailError('ERR_BLOB_UNAVAILABLE', 'gone');
    await expect(sender(server.url).send(mail({ openMime: () => Promise.reject(gone) }))).rejects.toBe(gone);
    expect(server.sessions()).toBe(0);
  });

  it.each([
    [{ rcptTo: 'a@x.example>\r\nRCPT TO:<evil@z.example' }, 'ERR_BAD_ADDRESS'],
    [{ mailFrom: 'n@example.com> SIZE=1' }, 'ERR_BAD_ADDRESS'],
    [{ configurationSet: 'a\r\nBcc: x' }, 'ERR_HEADER_INJECTION'],
    [{ emailTags: { a: 'b, c=d' } }, 'ERR_HEADER_INJECTION'],
    [{ emailTags: { 'a\n': 'b' } }, 'ERR_HEADER_INJECTION'],
  ])('F10 F15 refuses %j before anything is sent', async (changes, code) => {
    const server = await scripted(({ verb }) => politely(verb));
    await expect(sender(server.url).send(mail(changes))).rejects.toEqual(failing(code));
    expect(server.sessions()).toBe(0);
  });

  it('logs the failure without any of the words of the server', async () => {
    const server = await scripted(({ verb }) => (verb === 'RCPT' ? '550 reader@x.example is unknown' : politely(verb)));
    const lines: string[] = [];
    const write = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
    await expect(
      sender(server.url, {}, { debug: write, info: write, warn: write, error: write }).send(mail()),
    ).rejects.toEqual(failing('ERR_SEND_REJECTED'));
    expect(lines).toEqual([expect.stringContaining('"reply":550')]);
    expect(lines.join()).not.toContain('@');
  });

  it('refuses to send when closed', async () => {
    const server = await scripted(({ verb }) => politely(verb));
    const smtp = sender(server.url);
    smtp.close();
    await expect(smtp.send(mail())).rejects.toEqual(failing('ERR_SEND_UNREACHABLE'));
  });
});
