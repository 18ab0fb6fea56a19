import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startedRuntime, temporaryFolder } from '../../support/local-runtime.ts';
import { openTransaction } from './smtp/smtp-session.ts';

const get = async (url: string) => (await fetch(url)).status;

describe('local runtime', () => {
  it('writes where it is reached when everything answers, and removes that when it stops', async () => {
    const folder = await temporaryFolder();
    const runtime = await startedRuntime({ LIGHTERMAIL_DATA: folder });
    const { endpoints } = runtime;

    expect(JSON.parse(await readFile(join(folder, 'endpoints.json'), 'utf8'))).toEqual(endpoints);
    expect(endpoints).toEqual({
      smtp: { host: '127.0.0.1', port: expect.any(Number) },
      http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      pid: process.pid,
    });
    expect(await get(`${endpoints.http}/healthz`)).toBe(200);
    expect(await get(`${endpoints.http}/`)).toBe(200);
    expect(await get(`${endpoints.http}/f/nothing`)).toBe(404);
    expect(await get(`${endpoints.http}/s/raw/nothing?signature=x`)).toBe(403);

    await runtime.stop();

    expect(await readdir(folder)).not.toContain('endpoints.json');
    await expect(fetch(`${endpoints.http}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('B23 starts again on its folder after a stop, on the same web port', async () => {
    const folder = await temporaryFolder();
    const first = await startedRuntime({ LIGHTERMAIL_DATA: folder });
    await first.stop();

    const second = await startedRuntime({ LIGHTERMAIL_DATA: folder });

    expect(second.endpoints.http).toBe(first.endpoints.http);
  });

  it('B21 refuses a folder that another runtime holds, and leaves that one alone', async () => {
    const folder = await temporaryFolder();
    const first = await startedRuntime({ LIGHTERMAIL_DATA: folder });

    await expect(startedRuntime({ LIGHTERMAIL_DATA: folder })).rejects.toThrow('the data folder is in use by');
    expect(await get(`${first.endpoints.http}/healthz`)).toBe(200);
  });

  it.each(['LIGHTERMAIL_SMTP_PORT', 'LIGHTERMAIL_HTTP_PORT'])(
    'says in one line that the port of %s is taken, and gives the folder free',
    async (setting) => {
      const other = createServer().listen(0, '127.0.0.1');
      onTestFinished(() => void other.close());
      await new Promise((resolve) => other.once('listening', resolve));
      const { port } = other.address() as { port: number };
      const folder = await temporaryFolder();

      await expect(startedRuntime({ LIGHTERMAIL_DATA: folder, [setting]: String(port) })).rejects.toThrow(
        `${setting} is ${port}: another process listens there; choose another port, or 0 for a free one`,
      );

      await startedRuntime({ LIGHTERMAIL_DATA: folder });
    },
  );

  it('B24 stops the start at routes that are not right', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'routes.json'), '[]');

    await expect(startedRuntime({ LIGHTERMAIL_DATA: folder })).rejects.toThrow(/^routes: /);
  });

  it('takes a mail over SMTP and hands it to the inbound queue or beyond', async () => {
    const runtime = await startedRuntime();
    const session = await openTransaction(runtime.endpoints.smtp.port, 'capture@in.example.com');
    await session.say('DATA');
    const answer = await session.say('From: device@example.com\r\nSubject: x\r\n\r\nno list here\r\n.');

    const id = /queued as (\S+)$/.exec(answer)?.[1];
    expect(await runtime.platform.raw.head(`raw/capture/${id}`)).toMatchObject({
      metadata: { 'mail-from': 'device@example.com', 'rcpt-to': 'capture@in.example.com' },
    });
  });
});
