import { createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSesClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createSesMailSender } from '../../../../shared/adapters/aws/ses-mail-sender.ts';
import { MailError, TransientMailError, toErrorCode } from '../../../../shared/errors/mail-error.ts';
import type { MailSender, OutgoingMail } from '../../../../shared/ports/mail-sender.ts';
import { describeMailSender } from '../../../contract/mail-sender-contract.ts';
import { type SesEndpoint, startSesEndpoint } from '../../../support/ses-endpoint.ts';
import { rate, refusal, sesAnswers } from './ses-answers.ts';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };

function senderAt(endpoint: string, more: object = {}): MailSender {
  const client = createSesClient({ region: 'eu-central-1', endpoint, credentials, ...more });
  return createSesMailSender({ client, random: () => 0.5 });
}

function outgoing(more: Partial<OutgoingMail> = {}): OutgoingMail {
  const mime = Buffer.from('From: a@example.com\r\nSubject: x\r\n\r\nHello\r\n');
  return {
    emailId: 'abcdefghij234567',
    mailFrom: 'notifications@example.com',
    rcptTo: 'someone@example.org',
    openMime: async () => Readable.from([mime]),
    sizeBytes: mime.length,
    emailTags: {},
    ...more,
  };
}

async function failureOf(sender: MailSender, mail = outgoing()): Promise<MailError> {
  const outcome: unknown = await sender.send(mail).then(
    () => new Error('the send succeeded'),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(MailError);
  return outcome as MailError;
}

describeMailSender('SES v2 (the SDK against an endpoint)', async () => {
  const endpoint = await startSesEndpoint();
  return {
    sender: senderAt(endpoint.url),
    taken: async () => endpoint.posts.map((post) => ({ ...post, rcptTo: post.rcptTo.join() })),
    close: () => endpoint.close(),
  };
});

describe('SES mail sender', () => {
  let endpoint: SesEndpoint;
  beforeEach(async () => {
    endpoint = await startSesEndpoint();
  });
  afterEach(() => endpoint.close());

  it('send gives envelope, bytes, configuration set and tags to one POST and answers with its message id', async () => {
    const mail = outgoing({ configurationSet: 'tracked', emailTags: { route: 'capture', email_id: 'other' } });
    const receipt = await senderAt(endpoint.url).send(mail);
    expect(endpoint.posts).toEqual([
      {
        mailFrom: mail.mailFrom,
        rcptTo: [mail.rcptTo],
        mime: Buffer.from('From: a@example.com\r\nSubject: x\r\n\r\nHello\r\n'),
        configurationSet: 'tracked',
        emailTags: { route: 'capture', email_id: mail.emailId },
        messageId: receipt.transportId,
      },
    ]);
  });

  it.each(sesAnswers)('F5 F6 $what: $code after exactly one POST', async ({ answer, code, wait }) => {
    endpoint.behave(answer);
    const error = await failureOf(senderAt(endpoint.url, { requestTimeoutMs: 300 }));
    expect(error.code).toBe(code);
    expect(endpoint.requestCount()).toBe(1);
    const retryAfter = error instanceof TransientMailError ? error.retryAfterSeconds : undefined;
    if (wait === undefined) expect(retryAfter).toBeUndefined();
    else
      expect([retryAfter! >= wait[0], retryAfter! <= wait[1], Number.isInteger(retryAfter)]).toEqual([
        true,
        true,
        true,
      ]);
    expect(error.message).not.toMatch(/@|http/);
  });

  it('F6 after any refusal the next send succeeds', async () => {
    endpoint.behave((_post, count) =>
      count % 2 === 1 ? refusal(429, 'TooManyRequestsException', rate) : { do: 'accept' },
    );
    const sender = senderAt(endpoint.url);
    expect((await failureOf(sender)).code).toBe('ERR_SEND_THROTTLED');
    await sender.send(outgoing());
    expect(endpoint.posts).toHaveLength(2);
  });

  it.each([
    ['a host without a name', 'http://no-such-host.invalid'],
    ['a port that nobody listens on', 'http://127.0.0.1:1'],
  ])('F6 %s: unreachable, nothing was sent', async (_what, url) => {
    const error = await failureOf(senderAt(url));
    expect(error.code).toBe('ERR_SEND_UNREACHABLE');
    expect((error as TransientMailError).retryAfterSeconds).toBeGreaterThan(0);
  });

  it('F6 a TLS handshake that breaks: unreachable, nothing was sent', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once('data', () => socket.end());
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      expect((await failureOf(senderAt(`https://127.0.0.1:${port}`))).code).toBe('ERR_SEND_UNREACHABLE');
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  it('F6 credentials that cannot be had: ERR_CREDENTIALS without a POST', async () => {
    const broken = async () => {
      throw Object.assign(new Error('no credentials here'), { name: 'CredentialsProviderError' });
    };
    expect((await failureOf(senderAt(endpoint.url, { credentials: broken }))).code).toBe('ERR_CREDENTIALS');
    expect(endpoint.requestCount()).toBe(0);
  });

  it('F5 maxAttempts of a caller does not bring hidden retries back', async () => {
    endpoint.behave({ do: 'error', status: 500 });
    expect((await failureOf(senderAt(endpoint.url, { maxAttempts: 5 }))).code).toBe('ERR_SEND_UNCERTAIN');
    expect(endpoint.requestCount()).toBe(1);
  });

  it('F9 a mail that says it is over 40 MB after base64 is refused before it is opened', async () => {
    let opened = false;
    const openMime = async () => {
      opened = true;
      return Readable.from([]);
    };
    const error = await failureOf(senderAt(endpoint.url), outgoing({ sizeBytes: 30 * 1024 * 1024 + 1, openMime }));
    expect([error.code, opened, endpoint.requestCount()]).toEqual(['ERR_TOO_LARGE', false, 0]);
  });

  it('F9 a mail that turns out to be over 40 MB after base64 is refused without a POST', async () => {
    const mebibytes = Array.from({ length: 31 }, () => Buffer.alloc(1024 * 1024));
    const error = await failureOf(senderAt(endpoint.url), outgoing({ openMime: async () => Readable.from(mebibytes) }));
    expect([error.code, endpoint.requestCount()]).toEqual(['ERR_TOO_LARGE', 0]);
  });

  it('a mail that never ends is given up at the deadline as not sent', async () => {
    const client = createSesClient({ region: 'eu-central-1', endpoint: endpoint.url, credentials });
    const sender = createSesMailSender({ client, timeoutSeconds: 0.2 });
    const error = await failureOf(sender, outgoing({ openMime: async () => new Readable({ read() {} }) }));
    expect([error.code, endpoint.requestCount()]).toEqual(['ERR_SEND_UNREACHABLE', 0]);
  });

  it('F15 no tag with another character than A-Z a-z 0-9 _ - is ever posted', async () => {
    const sender = senderAt(endpoint.url);
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }), async (value) => {
        const code = await sender.send(outgoing({ emailTags: { tag: value } })).then(() => 'sent', toErrorCode);
        expect(code).toBe(/^[A-Za-z0-9_-]+$/.test(value) ? 'sent' : 'ERR_SEND_REJECTED');
      }),
      { numRuns: 50 },
    );
  });
});
