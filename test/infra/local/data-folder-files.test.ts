import { chmod, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openKeptPort } from '../../../infra/local/kept-port.ts';
import { openLinkSecret } from '../../../infra/local/link-secret.ts';
import { openRoutesFile } from '../../../infra/local/routes-file.ts';
import { openCertificate } from '../../../infra/local/smtp/certificate.ts';
import { keptLog, quietLog } from './fakes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lightermail-data-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

const modeOf = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8);

describe('link secret', () => {
  it('is made once, readable by its owner only, and the same at every start', async () => {
    const first = await (await openLinkSecret(folder)).linkSecret();
    const second = await (await openLinkSecret(folder)).linkSecret();

    expect(first.byteLength).toBe(32);
    expect(second).toEqual(first);
    expect(await modeOf('link-secret')).toBe('600');
  });

  it('is the same for two starts at once', async () => {
    const secrets = await Promise.all(
      Array.from({ length: 10 }, async () => (await openLinkSecret(folder)).linkSecret()),
    );

    expect(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex'))).size).toBe(1);
  });

  it('refuses a damaged file instead of making every link void', async () => {
    await writeFile(join(folder, 'link-secret'), 'abc');

    await expect(openLinkSecret(folder)).rejects.toThrow('link-secret in the data folder is damaged');
  });
});

describe('certificate', () => {
  it('is kept, readable by its owner only, and renewed before its end', async () => {
    const now = new Date();
    const first = await openCertificate(folder, now);

    expect(await openCertificate(folder, now)).toEqual(first);
    expect(await modeOf('smtp-tls.json')).toBe('600');
    const later = new Date(now.getTime() + 3600 * 86_400_000);
    expect(await openCertificate(folder, later)).not.toEqual(first);
  });

  it('is made again when its file is damaged', async () => {
    await writeFile(join(folder, 'smtp-tls.json'), '{"key":');

    expect((await openCertificate(folder, new Date())).cert).toContain('BEGIN CERTIFICATE');
  });
});

describe('kept port', () => {
  it('is 0 at first, then what was kept', async () => {
    const kept = await openKeptPort(folder);
    expect(kept.port).toBe(0);
    await kept.keep(40_123);

    expect((await openKeptPort(folder)).port).toBe(40_123);
  });
});

describe('routes file', () => {
  const open = (options = {}) =>
    openRoutesFile({
      path: join(folder, 'routes.json'),
      makeWhenAbsent: true,
      refuseOpenRoutes: false,
      log: quietLog,
      ...options,
    });
  const write = async (text: string) => {
    await writeFile(join(folder, 'new.json'), text);
    await rename(join(folder, 'new.json'), join(folder, 'routes.json'));
  };
  const route = { id: 'scan', address: 'scan@in.example.com', identity: 'notifications@example.com' };

  it('is written at the first start, for one address', async () => {
    const routes = await (await open()).routes();

    expect(routes).toMatchObject([
      {
        id: 'capture',
        address: 'capture@in.example.com',
        recipients: { from: 'body' },
        identity: 'notifications@example.com',
      },
    ]);
    expect(JSON.parse(await readFile(join(folder, 'routes.json'), 'utf8'))).toHaveLength(1);
  });

  it('is read again when it has changed', async () => {
    const source = await open();
    await write(JSON.stringify([route]));

    expect((await source.routes()).map(({ id }) => id)).toEqual(['scan']);
  });

  it.each([
    ['is not JSON', '[{'],
    ['breaks the schema', JSON.stringify([{ ...route, maxRecipients: 0 }])],
    ['holds no route', '[]'],
  ])('keeps the last good routes when the change %s, and says so once', async (_name, text) => {
    const log = keptLog();
    const source = await open({ log });
    await write(text);

    expect((await source.routes()).map(({ id }) => id)).toEqual(['capture']);
    await source.routes();
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatch(/^warn the changed routes are not right, the last good ones stay in force: routes: /);
  });

  it('keeps the last good routes when the file is gone', async () => {
    const source = await open();
    await rm(join(folder, 'routes.json'));

    expect(await source.routes()).toHaveLength(1);
  });

  it('B24 stops the start when it is not right, with the place and what is allowed', async () => {
    await write(JSON.stringify([{ ...route, retentionDays: 0 }]));

    await expect(open()).rejects.toThrow(/^routes: 0\.retentionDays is 0: /);
  });

  it('B24 stops the start when a path was set and nothing is there', async () => {
    await expect(open({ makeWhenAbsent: false })).rejects.toThrow(
      'LIGHTERMAIL_ROUTES names a file that cannot be read',
    );
  });

  it('G13 refuses a route for every sender when others can reach the port', async () => {
    await expect(open({ refuseOpenRoutes: true })).rejects.toThrow('capture.allowedSenders is not set');
    await write(JSON.stringify([{ ...route, allowedSenders: ['*@example.com'] }]));

    expect(await (await open({ refuseOpenRoutes: true })).routes()).toHaveLength(1);
  });

  it('is left as it is when it is there', async () => {
    await write(JSON.stringify([route]));
    await chmod(join(folder, 'routes.json'), 0o644);

    expect(await (await open()).routes()).toHaveLength(1);
    expect(await modeOf('routes.json')).toBe('644');
  });
});
