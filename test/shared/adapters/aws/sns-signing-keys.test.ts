import { beforeAll, describe, expect, it } from 'vitest';
import { readSigningKey } from '../../../../shared/adapters/aws/sns-signing-key.ts';
import { createSigningKeys, type FetchSigningCertificate } from '../../../../shared/adapters/aws/sns-signing-keys.ts';
import { TransientMailError, toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { createManualClock } from '../../../support/manual-clock.ts';
import { certificateUrl, makeSigner, type Signer } from '../../../support/sns-signer.ts';

let signer: Signer;
beforeAll(async () => {
  signer = await makeSigner();
});

/** Counts what is fetched. */
function opened(answer: FetchSigningCertificate) {
  const clock = createManualClock();
  let count = 0;
  const signingKeys = createSigningKeys({
    clock,
    fetchCertificate: (url) => {
      count += 1;
      return answer(url);
    },
  });
  return {
    clock,
    count: () => count,
    keyOf: (url = certificateUrl) => signingKeys(url).then(() => 'key', toErrorCode),
  };
}

const urlOf = (index: number) => certificateUrl.replace('f3ecfb72', index.toString(16).padStart(8, '0'));

describe('signing keys', () => {
  it('H1 are fetched once for all who wait, and again after a day', async () => {
    const { count, keyOf, clock } = opened(async () => signer.certificate);
    expect(await Promise.all([keyOf(), keyOf(), keyOf()])).toEqual(['key', 'key', 'key']);
    expect(await keyOf()).toBe('key');
    expect(count()).toBe(1);
    clock.advance(86_401);
    expect(await keyOf()).toBe('key');
    expect(count()).toBe(2);
  });

  it('H1 that are not there are not looked for again within the minute', async () => {
    const { count, keyOf, clock } = opened(async () => undefined);
    expect([await keyOf(), await keyOf()]).toEqual(['ERR_NOT_AUTHENTICATED', 'ERR_NOT_AUTHENTICATED']);
    expect(count()).toBe(1);
    clock.advance(61);
    await keyOf();
    expect(count()).toBe(2);
  });

  it('H1 that cannot be had now are looked for again at once', async () => {
    const { count, keyOf } = opened(async () => {
      throw new TransientMailError('ERR_TOPIC_UNAVAILABLE', 'no answer');
    });
    expect([await keyOf(), await keyOf()]).toEqual(['ERR_TOPIC_UNAVAILABLE', 'ERR_TOPIC_UNAVAILABLE']);
    expect(count()).toBe(2);
  });

  it('H1 of made-up names are looked up eight at a time, and the good one outlives ten thousand of them', async () => {
    const { count, keyOf } = opened(async (url) => (url === certificateUrl ? signer.certificate : undefined));
    expect(await keyOf()).toBe('key');
    const ends = await Promise.all(Array.from({ length: 20 }, (_, index) => keyOf(urlOf(index))));
    expect(ends.filter((end) => end === 'ERR_TOPIC_UNAVAILABLE')).toHaveLength(12);
    for (let index = 100; index < 10_100; index += 1) await keyOf(urlOf(index));
    const before = count();
    expect(await keyOf()).toBe('key');
    expect(count()).toBe(before);
  });

  it('H1 are refused once their certificate has expired, kept or not', async () => {
    const { certificate } = await makeSigner({ validTo: '2026-11-22T09:00:00Z' });
    const { keyOf, clock } = opened(async () => certificate);
    expect(await keyOf()).toBe('key');
    clock.advance(3601);
    expect(await keyOf()).toBe('ERR_NOT_AUTHENTICATED');
  });

  it.each([
    ['expired', { validTo: '2026-11-22T07:59:59Z' }],
    ['not valid yet', { validFrom: '2026-11-22T08:00:01Z' }],
    ['of a weak key', { keySize: 1024 }],
    ['of another kind of key', { keyType: 'ec' }],
    ['issued to a bucket', { commonName: '*.s3.amazonaws.com' }],
    ['issued to a stranger', { commonName: 'sns.amazonaws.com.evil.example' }],
    ['issued to someone named alike', { commonName: 'mysns.amazonaws.com' }],
  ] as const)('H1 of a certificate that is %s are refused', async (_, facts) => {
    const { certificate } = await makeSigner(facts);
    expect(await opened(async () => certificate).keyOf()).toBe('ERR_NOT_AUTHENTICATED');
  });

  it.each([
    ['a page', '<html></html>'],
    ['nothing', ''],
    ['a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
  ])('H1 of %s are refused', async (_, pem) => {
    expect(await opened(async () => pem).keyOf()).toBe('ERR_NOT_AUTHENTICATED');
  });

  it.each([
    'sns.amazonaws.com',
    'sns-signing.ap-east-1.amazonaws.com',
    'sns-cn-north-1.amazonaws.com.cn',
    'sns-us-gov-west-1.amazonaws.com',
  ])('H1 of a certificate issued to %s are taken', async (commonName) => {
    expect(readSigningKey((await makeSigner({ commonName })).certificate).key.asymmetricKeyType).toBe('rsa');
  });
});
