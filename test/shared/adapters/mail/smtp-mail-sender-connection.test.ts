import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { TransientMailError } from '../../../../shared/errors/mail-error.ts';
import { failing, mail, scripted, sender, smtpServer } from './smtp-mail-sender-harness.ts';
import { politely } from './smtp-mail-sender-script.ts';

describe('smtp mail sender, when a connection fails', () => {
  it('says unreachable when no one listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    await expect(sender(`smtp://127.0.0.1:${port}`).send(mail())).rejects.toEqual(failing('ERR_SEND_UNREACHABLE'));
  });

  it('does not speak without TLS where it is required', async () => {
    const plain = await smtpServer();
    await expect(sender(`smtp://${plain.host}`, { requireTls: true }).send(mail())).rejects.toEqual(
      failing('ERR_SEND_UNREACHABLE'),
    );
    expect(plain.received).toEqual([]);
  });

  it('names what is wrong with a certificate, and takes one that no one vouches for on this machine alone', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const selfSigned = await smtpServer({ disabledCommands: [], key, cert });
    // Not a name of the loopback, though it leads there.
    const elsewhere = `smtp://${selfSigned.host.replace('127.0.0.1', '0.0.0.0')}`;
    const refused: unknown = await sender(elsewhere)
      .send(mail())
      .catch((error: unknown) => error);
    expect(refused).toEqual(failing('ERR_SEND_UNREACHABLE'));
    expect((refused as Error).message).toContain(
      'certificate of the smtp server is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    );
    expect(selfSigned.received).toEqual([]);
    await sender(`smtp://${selfSigned.host}`, { requireTls: true }).send(mail());
    expect(selfSigned.received).toHaveLength(1);
  });

  it.each(['CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA'])(
    'says unreachable when the connection is reset at %s',
    async (at) => {
      const server = await scripted(({ verb }, socket) => {
        if (verb !== at) return politely(verb);
        socket.resetAndDestroy();
        return undefined;
      });
      await expect(sender(server.url).send(mail())).rejects.toEqual(failing('ERR_SEND_UNREACHABLE'));
      expect(server.sessions()).toBe(1);
    },
  );

  it('does not send again by itself when a kept connection turns out to be gone', async () => {
    let mails = 0;
    const server = await scripted(({ verb }, socket) => {
      if (verb === 'MAIL') mails += 1;
      if (verb !== 'MAIL' || mails !== 2) return politely(verb);
      socket.resetAndDestroy();
      return undefined;
    });
    const smtp = sender(server.url);
    await smtp.send(mail());
    await expect(smtp.send(mail())).rejects.toEqual(failing('ERR_SEND_UNREACHABLE'));
    expect(mails).toBe(2);
    expect(await smtp.send(mail())).toEqual({ transportId: '4B1C2' });
  });

  it('says unreachable when the connection is reset in the middle of the message: its end was never sent', async () => {
    const server = await scripted(({ verb }, socket) => {
      if (verb === 'DATA') socket.once('data', () => socket.resetAndDestroy());
      return politely(verb);
    });
    async function* long() {
      for (let n = 0; n < 2000; n += 1) yield Buffer.alloc(65_536, `${'x'.repeat(62)}\r\n`);
    }
    await expect(sender(server.url).send(mail({ openMime: async () => Readable.from(long()) }))).rejects.toEqual(
      failing('ERR_SEND_UNREACHABLE'),
    );
  });

  it.each(['reset', 'closed'])(
    'F2 says uncertain when the connection is %s after the end of DATA, and does not send again',
    async (how) => {
      let taken = 0;
      const server = await scripted(({ verb }, socket) => {
        if (verb !== 'END') return politely(verb);
        taken += 1;
        if (how === 'reset') socket.resetAndDestroy();
        else socket.end();
        return undefined;
      });
      await expect(sender(server.url).send(mail())).rejects.toEqual(failing('ERR_SEND_UNCERTAIN'));
      expect([taken, server.sessions()]).toEqual([1, 1]);
    },
  );

  it('F2 says uncertain when no answer to the whole mail comes in time', async () => {
    const server = await scripted(({ verb }) => (verb === 'END' ? undefined : politely(verb)));
    await expect(sender(server.url, { timeoutSeconds: 0.3 }).send(mail())).rejects.toEqual(
      failing('ERR_SEND_UNCERTAIN'),
    );
  });

  it('says unreachable when the server is silent before DATA', async () => {
    const server = await scripted(({ verb }) => (verb === 'MAIL' ? undefined : politely(verb)));
    await expect(sender(server.url, { timeoutSeconds: 0.3 }).send(mail())).rejects.toEqual(
      failing('ERR_SEND_UNREACHABLE'),
    );
  });

  it('never completes a mail that could not be read to its end, and passes on why', async () => {
    const seen: string[] = [];
    const server = await scripted(({ verb }) => {
      seen.push(verb);
      return politely(verb);
    });
    const broken = new TransientMailError('ERR_BLOB_TRUNCATED', 'short');
    async function* half() {
      yield Buffer.from('Subject: x\r\n\r\nhalf');
      throw broken;
    }
    const thrown: unknown = await sender(server.url)
      .send(mail({ openMime: async () => Readable.from(half()) }))
      .catch((error: unknown) => error);
    expect(thrown).toBe(broken);
    expect(broken.code).toBe('ERR_BLOB_TRUNCATED');
    expect(seen).not.toContain('END');
  });

  it('survives a source that fails while the connection is made', async () => {
    const server = await scripted(({ verb }) => politely(verb));
    const broken = new TransientMailError('ERR_BLOB_UNAVAILABLE', 'gone');
    const source = new Readable({ read() {} });
    const sending = sender(server.url).send(mail({ openMime: async () => source }));
    source.destroy(broken);
    await expect(sending).rejects.toBe(broken);
  });
});
