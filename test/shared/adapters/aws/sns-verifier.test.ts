import { beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys } from '../../../../shared/adapters/aws/sns-signing-keys.ts';
import { createSnsVerifier } from '../../../../shared/adapters/aws/sns-verifier.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { createManualClock } from '../../../support/manual-clock.ts';
import {
  certificateUrl,
  makeSigner,
  type Signer,
  sampleFields,
  signMessage,
  snsTypes,
  topicArn,
} from '../../../support/sns-signer.ts';

let signer: Signer;
let stranger: Signer;
beforeAll(async () => {
  signer = await makeSigner();
  stranger = await makeSigner({ keySize: 2056 });
});

const clock = createManualClock();
const fetched: string[] = [];
const verify = (body: string) =>
  createSnsVerifier({
    topicArns: [topicArn],
    clock,
    signingKeys: createSigningKeys({
      clock,
      fetchCertificate: async (url) => {
        fetched.push(url);
        return url === certificateUrl ? signer.certificate : undefined;
      },
    }),
  })(body);
const endOf = async (fields: object) =>
  verify(JSON.stringify(fields)).then(
    () => 'believed',
    (error: unknown) => toErrorCode(error),
  );

const versions = ['1', '2'] as const;
const every = snsTypes.flatMap((type) => versions.map((version) => [type, version] as const));

describe('a message of SNS', () => {
  it.each(every)(
    'H1 %s with signature version %s is believed, and only its signed fields are kept',
    async (type, version) => {
      const fields = signMessage(signer, sampleFields(type, clock.now(), version));
      const { message, ageSeconds } = await verify(JSON.stringify({ ...fields, MessageAttributes: { a: 1 }, more: 2 }));
      const { UnsubscribeURL: _, ...signed } = fields;
      expect(message).toEqual(signed);
      expect(ageSeconds).toBe(0);
    },
  );

  it.each(every)('H1 %s of version %s is not believed once any signed field was touched', async (type, version) => {
    const fields = signMessage(signer, sampleFields(type, clock.now(), version));
    const touched: Record<string, string> = {
      Message: `${fields.Message} `,
      MessageId: `${fields.MessageId}0`,
      Timestamp: new Date(clock.now().getTime() - 1).toISOString(),
      SignatureVersion: version === '1' ? '2' : '1',
      Signature: `${fields.Signature?.startsWith('A') ? 'B' : 'A'}${fields.Signature?.slice(1)}`,
      ...(type === 'Notification'
        ? { Subject: 'Other', Type: 'SubscriptionConfirmation' }
        : {
            Token: `${fields.Token}0`,
            SubscribeURL: `${fields.SubscribeURL}0`,
            Type: type === 'SubscriptionConfirmation' ? 'UnsubscribeConfirmation' : 'SubscriptionConfirmation',
          }),
    };
    for (const [name, value] of Object.entries(touched)) {
      expect([name, await endOf({ ...fields, [name]: value })]).toEqual([
        name,
        name === 'Type' && type === 'Notification' ? 'ERR_BAD_EVENT' : 'ERR_NOT_AUTHENTICATED',
      ]);
    }
    for (const name of ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type', 'Signature', 'SigningCertURL']) {
      const { [name]: _gone, ...rest } = fields;
      expect([name, await endOf(rest)]).toEqual([name, 'ERR_BAD_EVENT']);
    }
  });

  it('H1 is not believed without its subject, nor with one that was not signed', async () => {
    const { Subject: _, ...bare } = sampleFields('Notification', clock.now());
    const { Subject: _gone, ...without } = signMessage(signer, sampleFields('Notification', clock.now()));
    expect(await endOf(without)).toBe('ERR_NOT_AUTHENTICATED');
    expect(await endOf({ ...signMessage(signer, bare), Subject: 'added' })).toBe('ERR_NOT_AUTHENTICATED');
    expect(await endOf(signMessage(signer, bare))).toBe('believed');
  });

  it('H1 is not believed when the same signed text is split into other fields', async () => {
    const fields = signMessage(signer, sampleFields('Notification', clock.now()));
    const { Subject, ...rest } = fields;
    const moved = { ...rest, MessageId: `${fields.MessageId}\nSubject\n${Subject}` };
    expect(await endOf(moved)).toBe('ERR_BAD_EVENT');
  });

  it('H1 signed by a stranger is not believed', async () => {
    expect(await endOf(signMessage(stranger, sampleFields('Notification', clock.now())))).toBe('ERR_NOT_AUTHENTICATED');
  });

  it.each([
    ['empty', ''],
    ['no base64', '!!!!'],
    ['base64 with a line break', 'AAAA\nAAAA'],
    ['base64 of another alphabet', 'AA-_'],
    ['far too long', 'A'.repeat(4000)],
  ])('H1 with a signature that is %s is not believed', async (_, Signature) => {
    const fields = { ...signMessage(signer, sampleFields('Notification', clock.now())), Signature };
    expect(['ERR_NOT_AUTHENTICATED', 'ERR_BAD_EVENT']).toContain(await endOf(fields));
  });

  it.each(['0', '3', '01', 'sha256', ''])('H1 of signature version "%s" is not believed', async (version) => {
    const fields = signMessage(signer, sampleFields('Notification', clock.now()));
    expect(await endOf({ ...fields, SignatureVersion: version })).toBe('ERR_BAD_EVENT');
  });

  it.each([
    ['an hour old', -3600, 'believed'],
    ['older than an hour', -3601, 'ERR_NOT_AUTHENTICATED'],
    ['of a clock that is 5 min ahead', 300, 'believed'],
    ['of the future', 301, 'ERR_NOT_AUTHENTICATED'],
  ])('H1 %s', async (_, seconds, end) => {
    const at = new Date(clock.now().getTime() + seconds * 1000);
    expect(await endOf(signMessage(signer, sampleFields('Notification', at)))).toBe(end);
  });

  it.each(['yesterday', '2026-11-22', '2026-99-22T08:00:00Z', '2026-11-22T08:00:00+01:00', '2026-11-22T08:00:00Z\n'])(
    'H1 with the time "%s" is no message',
    async (Timestamp) => {
      expect(await endOf(signMessage(signer, { ...sampleFields('Notification', clock.now()), Timestamp }))).toBe(
        'ERR_BAD_EVENT',
      );
    },
  );

  it.each([
    ['of another account', topicArn.replace('123456789012', '210987654321')],
    ['of another name', `${topicArn}-2`],
    ['of another region', topicArn.replace('eu-west-1', 'us-east-1')],
  ])('H1 for a topic %s is not believed, and causes no look-up', async (_, TopicArn) => {
    fetched.length = 0;
    const fields = signMessage(signer, { ...sampleFields('Notification', clock.now()), TopicArn });
    expect(await endOf(fields)).toBe('ERR_NOT_AUTHENTICATED');
    expect(fetched).toEqual([]);
  });

  it('H1 whose certificate is elsewhere causes no look-up', async () => {
    fetched.length = 0;
    const SigningCertURL = certificateUrl.replace('amazonaws.com', 'amazonaws.com.evil.example');
    const fields = signMessage(signer, { ...sampleFields('Notification', clock.now()), SigningCertURL });
    expect(await endOf(fields)).toBe('ERR_NOT_AUTHENTICATED');
    expect(fetched).toEqual([]);
  });

  it.each(['', 'null', '[]', '1', '"x"', '{}', '{"Type":"Other"}', `${'['.repeat(200_000)}`, 'not json'])(
    'A9 a body that is no message at all is a bad event (%#)',
    async (body) => {
      expect(await verify(body).catch(toErrorCode)).toBe('ERR_BAD_EVENT');
    },
  );

  it('A10 keys that name prototypes are data, and change nothing', async () => {
    const fields = signMessage(signer, sampleFields('Notification', clock.now()));
    const body = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${JSON.stringify(fields).slice(1)}`;
    const { message } = await verify(body);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(message)).not.toContain('__proto__');
  });
});
