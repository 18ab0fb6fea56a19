import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { generate } from 'selfsigned';
import type { SnsMessage } from '../../shared/contracts/sns-message.ts';

export const topicArn = 'arn:aws:sns:eu-west-1:123456789012:lightermail-arrival';
export const certificateUrl =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';

/** A key with a self-made certificate over it, as SNS has one. */
export interface Signer {
  readonly certificate: string;
  readonly key: KeyObject;
}

export interface CertificateFacts {
  readonly commonName?: string;
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly keySize?: number;
  readonly keyType?: 'rsa' | 'ec';
}

/** Of each size one pair for all signers of a test file: making one takes long. */
const pairs = new Map<number, { readonly privateKey: string; readonly publicKey: string }>();
function pairOf(bits: number) {
  const pair = pairs.get(bits) ?? makePair(bits);
  pairs.set(bits, pair);
  return pair;
}

function makePair(modulusLength: number) {
  return generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** A signer with the certificate that is described; of the usual size, all have the same key. */
export async function makeSigner(facts: CertificateFacts = {}): Promise<Signer> {
  const { keyType = 'rsa', keySize = 2048 } = facts;
  const made = await generate([{ name: 'commonName', value: facts.commonName ?? 'sns.amazonaws.com' }], {
    algorithm: 'sha256',
    ...(keyType === 'ec' ? { keyType, curve: 'P-256' as const } : { keyType, keyPair: pairOf(keySize) }),
    notBeforeDate: new Date(facts.validFrom ?? '2026-01-01T00:00:00Z'),
    notAfterDate: new Date(facts.validTo ?? '2027-01-01T00:00:00Z'),
  });
  return { certificate: made.cert, key: createPrivateKey(made.private) };
}

type Fields = Record<string, string>;

/** What AWS's guide says is signed, written here a second time: the code under test must come to the same. */
function signedText(fields: Fields): string {
  const names =
    fields.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  let text = '';
  for (const name of names) if (fields[name] !== undefined) text += `${name}\n${fields[name]}\n`;
  return text;
}

/** Signs the fields of a message as SNS does, in place of whatever signature they had. */
export function signMessage({ key }: Signer, fields: Fields): Fields {
  const hash = fields.SignatureVersion === '2' ? 'sha256' : 'sha1';
  return { ...fields, Signature: sign(hash, Buffer.from(signedText(fields)), key).toString('base64') };
}

const common = {
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: topicArn,
  SigningCertURL: certificateUrl,
};

/** The unsigned fields of a message of each type. */
export function sampleFields(type: SnsMessage['Type'], at: Date, version: '1' | '2' = '2'): Fields {
  const fields = { Type: type, ...common, Timestamp: at.toISOString(), SignatureVersion: version };
  if (type === 'Notification') {
    return {
      ...fields,
      Subject: 'Amazon S3 Notification',
      Message: '{"Records":[]}\nsecond line \u00fc \u{1f4ce}',
      UnsubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=a',
    };
  }
  return {
    ...fields,
    Token: '2336412f37fb687f5d51e6e2425f',
    Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm, visit the SubscribeURL.`,
    SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=2336412f`,
  };
}

export const snsTypes = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const;
