import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openOutgoing } from '../../../infra/local/outgoing.ts';
import type { Mailbox } from '../../../shared/adapters/local/mailbox.ts';
import type { OutgoingMail } from '../../../shared/ports/mail-sender.ts';
import { readLocalConfig } from '../../../shared/runtime/local-config.ts';
import { quietLog } from './fakes.ts';

const mailbox: Mailbox = {
  sender: { settlement: 'idempotent', timeoutSeconds: 1, send: async () => ({ transportId: 'in the mailbox' }) },
  list: async () => [],
  raw: async () => undefined,
  onDelivered: () => () => undefined,
};

const mail: OutgoingMail = {
  emailId: 'abcdefgh',
  mailFrom: 'notifications@example.com',
  rcptTo: 'anna@example.com',
  openMime: async () => Readable.from([Buffer.from('Subject: x\r\n\r\nbody\r\n')]),
  sizeBytes: 20,
  emailTags: { email_id: 'abcdefgh' },
};

/** Takes every POST and keeps its path and body. */
async function sesStandIn() {
  const posts: { path: string; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    posts.push({ path: request.url ?? '', body: JSON.parse(text) });
    response.setHeader('content-type', 'application/json').end('{"MessageId":"ses-1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { posts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('openOutgoing', () => {
  it('leaves mail in the mailbox when nothing is set', async () => {
    const outgoing = await openOutgoing(readLocalConfig({}), mailbox, quietLog);

    expect(outgoing.kind).toBe('mailbox');
    expect(await outgoing.sender.send(mail)).toEqual({ transportId: 'in the mailbox' });
  });

  it('posts to the SES endpoint that is set, without credentials of the machine', async () => {
    const { posts, url } = await sesStandIn();
    const outgoing = await openOutgoing(readLocalConfig({ LIGHTERMAIL_SES_ENDPOINT: url }), mailbox, quietLog);
    onTestFinished(() => outgoing.close());

    expect(outgoing.kind).toBe('ses');
    expect(await outgoing.sender.send(mail)).toEqual({ transportId: 'ses-1' });
    expect(posts).toMatchObject([
      {
        path: '/v2/email/outbound-emails',
        body: {
          Destination: { ToAddresses: ['anna@example.com'] },
          EmailTags: [{ Name: 'email_id', Value: 'abcdefgh' }],
        },
      },
    ]);
  });

  it('hands on to the SMTP server that is set', async () => {
    const config = readLocalConfig({ LIGHTERMAIL_SMTP_RELAY: 'smtp://127.0.0.1:25' });
    const outgoing = await openOutgoing(config, mailbox, quietLog);
    onTestFinished(() => outgoing.close());

    expect(outgoing.kind).toBe('smtp');
    expect(outgoing.sender.settlement).toBe('none');
  });
});
