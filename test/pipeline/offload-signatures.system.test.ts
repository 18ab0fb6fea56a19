import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedRoute, runMail, type SentMail } from '../support/offload-run.ts';

let folder: string;
let home: string;

const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] });
const gpg = (args: readonly string[], input?: Buffer) =>
  execFileSync('gpg', ['--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '', ...args], {
    ...{ cwd: folder, env: { ...process.env, GNUPGHOME: home }, stdio: 'pipe', encoding: 'latin1' },
    ...(input === undefined ? {} : { input }),
  });
const put = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content, 'latin1');
const withCrLf = (text: string) => text.replaceAll(/\r?\n/g, '\r\n');

const content = withCrLf(
  [
    'Content-Type: multipart/mixed; boundary="inner"\n',
    '--inner\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n',
    'Grüße, the readings are below.  ',
    'From here on all is signed.',
    '--inner\nContent-Type: text/csv; name="readings.csv"\nContent-Transfer-Encoding: base64\n',
    'dGltZSxiYXIKMDg6MDAsNC4yCg==',
    '--inner--\n',
  ].join('\n'),
);
const head = 'From: Device <device@example.org>\r\nSubject: signed\r\nDKIM-Signature: v=1\r\n';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightermail-signatures-'));
  home = join(folder, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  put('content.txt', Buffer.from(content));
  const subject = ['-subj', '/CN=device@example.org/emailAddress=device@example.org'];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', ...subject);
  gpg(['--quick-gen-key', 'Device <device@example.org>', 'ed25519', 'sign', 'never']);
});
afterAll(() => {
  execFileSync('gpgconf', ['--kill', 'all'], { env: { ...process.env, GNUPGHOME: home } });
  rmSync(folder, { recursive: true, force: true });
});

async function relayed(mail: Buffer): Promise<readonly SentMail[]> {
  const { sent, entry, pipeline } = await runMail(mail, fixedRoute);
  await pipeline.close();
  expect(entry.state).toBe('relayed');
  expect(sent).toHaveLength(2);
  return sent;
}

/** The mail with one letter of its signed text changed, also where that is wrapped in CMS. */
function tampered(raw: string): string {
  if (raw.includes('all is signed')) return raw.replace('all is signed', 'not is signed');
  const end = raw.indexOf('\r\n\r\n') + 4;
  const cms = Buffer.from(raw.slice(end), 'base64');
  cms.write('not', cms.indexOf('all is signed'));
  return raw.slice(0, end) + cms.toString('base64').replaceAll(/.{64}/g, '$&\r\n');
}

describe('protected mail that was sent on, checked by the tools it is made for', () => {
  it.each([
    ['in clear', [], []],
    ['opaque', ['-nodetach'], []],
  ])('C21 an S/MIME signature %s still holds', async (_what, how) => {
    openssl(
      'cms',
      '-sign',
      '-binary',
      '-in',
      'content.txt',
      '-signer',
      'cert.pem',
      '-inkey',
      'key.pem',
      '-out',
      's.txt',
      ...how,
    );
    const signed = execFileSync('cat', ['s.txt'], { cwd: folder, encoding: 'latin1' });
    for (const { raw } of await relayed(Buffer.from(head + withCrLf(signed), 'latin1'))) {
      put('out.eml', raw);
      expect(openssl('cms', '-verify', '-in', 'out.eml', '-CAfile', 'cert.pem', '-purpose', 'any')).toContain(
        'readings.csv',
      );
      put('bad.eml', tampered(raw));
      expect(() => openssl('cms', '-verify', '-in', 'bad.eml', '-CAfile', 'cert.pem', '-purpose', 'any')).toThrow();
    }
  });

  it('C22 S/MIME encryption still opens', async () => {
    openssl('cms', '-encrypt', '-aes256', '-in', 'content.txt', '-out', 'e.txt', 'cert.pem');
    const encrypted = execFileSync('cat', ['e.txt'], { cwd: folder, encoding: 'latin1' });
    for (const { raw } of await relayed(Buffer.from(head + withCrLf(encrypted), 'latin1'))) {
      put('out.eml', raw);
      expect(openssl('cms', '-decrypt', '-in', 'out.eml', '-recip', 'cert.pem', '-inkey', 'key.pem')).toContain(
        'readings.csv',
      );
    }
  });

  it('C21 a PGP/MIME signature still holds', async () => {
    const signature = gpg(['--armor', '--detach-sign'], Buffer.from(content));
    const type =
      'Content-Type: multipart/signed; micalg="pgp-sha512";\r\n protocol="application/pgp-signature"; boundary="sig"';
    const mail = Buffer.concat([
      Buffer.from(`${head}MIME-Version: 1.0\r\n${type}\r\n\r\n--sig\r\n`),
      Buffer.from(content),
      Buffer.from(`\r\n--sig\r\nContent-Type: application/pgp-signature\r\n\r\n${withCrLf(signature)}\r\n--sig--\r\n`),
    ]);
    for (const { raw } of await relayed(mail)) {
      const [, first = '', second = ''] = raw.split(/(?:^|\r\n)--sig(?:--)?\r\n/);
      put('part', first);
      put('part.asc', second.slice(second.indexOf('\r\n\r\n') + 4));
      gpg(['--verify', 'part.asc', 'part']);
      put('part', first.replace('all is', 'not is'));
      expect(() => gpg(['--verify', 'part.asc', 'part'])).toThrow();
    }
  });

  it('C21 an inline PGP signature still holds', async () => {
    const text = gpg(['--clear-sign'], Buffer.from('- a\nFrom me\nGrüße\n'));
    const fields =
      'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n';
    for (const { body } of await relayed(Buffer.from(head + fields + withCrLf(text), 'latin1'))) {
      put('out.asc', body);
      gpg(['--verify', 'out.asc']);
    }
  });
});

const reader = `
import sys, json
from email import message_from_binary_file, policy
mail = message_from_binary_file(sys.stdin.buffer, policy=policy.default.clone(raise_on_defect=True))
parts = list(mail.walk())
print(json.dumps({'defects': [str(d) for p in parts for d in p.defects], 'types': [p.get_content_type() for p in parts]}))
`;

describe('the same, read by a strict reader', () => {
  it('C21 the whole mail has no defect', async () => {
    openssl(
      'cms',
      '-sign',
      '-binary',
      '-in',
      'content.txt',
      '-signer',
      'cert.pem',
      '-inkey',
      'key.pem',
      '-out',
      's.txt',
    );
    const signed = execFileSync('cat', ['s.txt'], { cwd: folder, encoding: 'latin1' });
    for (const { raw } of await relayed(Buffer.from(head + withCrLf(signed), 'latin1'))) {
      const answer = execFileSync('python3', ['-c', reader], { input: Buffer.from(raw, 'latin1'), encoding: 'utf8' });
      const types = ['multipart/signed', 'multipart/mixed', 'text/plain', 'text/csv', 'application/pkcs7-signature'];
      expect(JSON.parse(answer)).toEqual({ defects: [], types });
    }
  });
});
