import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { generate } from 'selfsigned';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { patiently } from '../../../../infra/aws/device-credentials/patiently.ts';
import { isAcceptedBySmtp } from '../../../../infra/aws/device-credentials/smtp-login.ts';

let certificate = { key: '', cert: '' };
let smtp: SMTPServer;
let port = 0;
const closers: (() => void)[] = [];

beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  certificate = { key: made.private, cert: made.cert };
  smtp = new SMTPServer({
    ...certificate,
    secure: true,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, answer) =>
      username === 'KEY' && password === 'pass=' ? answer(null, { user: username }) : answer(new Error('Invalid')),
  });
  smtp.on('error', () => undefined);
  smtp.listen(0, 'localhost');
  await once(smtp.server, 'listening');
  port = (smtp.server.address() as AddressInfo).port;
});
afterAll(() => new Promise<void>((closed) => smtp.close(() => closed())));
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const credentials = (password: string) => ({ host: 'unused', port: 587, username: 'KEY', password });
const server = (at = port) => ({ host: 'localhost', port: at, ca: certificate.cert });

/** A server that says what it is told to and hangs up; without a line it says nothing for ever. */
async function scripted(...lines: readonly string[]): Promise<number> {
  const listener = createServer(certificate, (socket) => {
    socket.on('error', () => undefined);
    if (lines.length > 0) socket.end(lines.map((line) => `${line}\r\n`).join(''));
    closers.push(() => socket.destroy());
  });
  listener.listen(0, 'localhost');
  await once(listener, 'listening');
  closers.push(() => listener.close());
  return (listener.address() as AddressInfo).port;
}

describe('isAcceptedBySmtp', () => {
  it('tells the right password from a wrong one', async () => {
    expect(await isAcceptedBySmtp(credentials('pass='), server())).toBe(true);
    expect(await isAcceptedBySmtp(credentials('wrong'), server())).toBe(false);
  });

  it('trusts no server without its certificate', async () => {
    await expect(isAcceptedBySmtp(credentials('pass='), { host: 'localhost', port })).rejects.toThrow(
      /certificate|self/i,
    );
  });

  it('takes neither silence nor another answer for a no', async () => {
    const hangsUp = await scripted('220 hello', '250-x', '250 y');
    await expect(isAcceptedBySmtp(credentials('p'), server(hangsUp))).rejects.toThrow('hung up');
    const busy = await scripted('220 hello', '250 y', '454 4.7.0 later');
    await expect(isAcceptedBySmtp(credentials('p'), server(busy))).rejects.toThrow('answered 454 where 535 was due');
    const silent = await scripted();
    await expect(isAcceptedBySmtp(credentials('p'), { ...server(silent), silenceMs: 50 })).rejects.toThrow(
      'does not answer',
    );
    const endless = await scripted('220 hello', ...Array.from({ length: 60 }, () => '250-more'));
    await expect(isAcceptedBySmtp(credentials('p'), server(endless))).rejects.toThrow('does not come to an end');
  });
});

describe('patiently', () => {
  it('asks until the answer is yes, with a pause between, and not for ever', async () => {
    const pauses: number[] = [];
    const patience = { attempts: 3, pauseMs: 5, pause: async (ms: number) => void pauses.push(ms) };
    const answers = [false, false, true];

    expect(await patiently(async () => answers.shift() ?? false, patience)).toBe(true);
    expect(pauses).toEqual([5, 5]);
    expect(await patiently(async () => false, patience)).toBe(false);
    expect(pauses.length).toBe(4);
  });
});
