import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signBlobUrl, verifySignedBlobUrl } from '../../../../shared/adapters/local/signed-blob-url.ts';

const secret = new Uint8Array(32).fill(1);
const blob = { bucket: 'files', key: 'files/m1/2', fileName: 'Rechnung "März".pdf', contentType: 'application/pdf' };
const expires = 1_800_000_000;
const before = new Date((expires - 1) * 1_000);
const base = 'http://127.0.0.1:8025';

describe('verifySignedBlobUrl', () => {
  it('gives what was signed, for any names and keys', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(
        text.filter((key) => key !== ''),
        text,
        text,
        (key, fileName, contentType) => {
          const signed = { bucket: 'files', key, fileName, contentType };
          const url = signBlobUrl(base, secret, signed, expires);
          expect(verifySignedBlobUrl(url, secret, before)).toEqual(signed);
          expect(verifySignedBlobUrl(url.slice(base.length), secret, before)).toEqual(signed);
        },
      ),
    );
  });

  it('ends at the second it was signed for', () => {
    const url = signBlobUrl(base, secret, blob, expires);
    expect(verifySignedBlobUrl(url, secret, new Date(expires * 1_000 - 1))).toEqual(blob);
    expect(verifySignedBlobUrl(url, secret, new Date(expires * 1_000))).toBeUndefined();
  });

  it('refuses every change of one character', () => {
    const url = signBlobUrl(base, secret, blob, expires).slice(base.length);
    for (let at = 0; at < url.length; at += 1) {
      const changed = `${url.slice(0, at)}${url[at] === '1' ? '2' : '1'}${url.slice(at + 1)}`;
      const got = verifySignedBlobUrl(changed, secret, before);
      // The last digit of base64url carries bits that mean nothing.
      if (got !== undefined) expect([at, got]).toEqual([url.length - 1, blob]);
    }
  });

  it('refuses another secret, fields that moved, and text that is no such URL', () => {
    const url = signBlobUrl(base, secret, blob, expires);
    expect(verifySignedBlobUrl(url, new Uint8Array(32), before)).toBeUndefined();
    const moved = url.replace('name=', 'x=').replace('type=', 'name=');
    for (const bad of [
      moved,
      '',
      '/',
      '/s/files',
      '/s/%ff/YQ?expires=1&signature=',
      'http://[',
      `${url}&`.replace('expires', 'e'),
    ]) {
      expect(verifySignedBlobUrl(bad, secret, before)).toBeUndefined();
    }
  });
});
