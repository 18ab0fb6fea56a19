import type { z } from 'zod';
import { PermanentMailError } from '../errors/mail-error.ts';
import {
  eventBridgeSchema,
  s3NotificationSchema,
  s3TestEventSchema,
  sesReceivedSchema,
} from './inbound-event-schema.ts';
import { openEnvelope } from './sns-envelope.ts';

/** SES's verdicts by check, as its notification words them: PASS, FAIL, GRAY, PROCESSING_FAILED, DISABLED. A missing one is missing. */
export interface ReceiptVerdicts {
  readonly spam?: string;
  readonly virus?: string;
  readonly spf?: string;
  readonly dkim?: string;
  readonly dmarc?: string;
}

/** A raw mail that has been stored. */
export interface Arrival {
  readonly bucket: string;
  /** The object's key as the store knows it, decoded. */
  readonly key: string;
  /** Without quotes. */
  readonly eTag?: string;
  readonly versionId?: string;
  /** Order of the events of one key: hexadecimal, compared after padding the shorter one with zeros on the right. */
  readonly sequencer?: string;
  readonly sizeBytes?: number;
  readonly verdicts?: ReceiptVerdicts;
  /** RFC 5321 envelope, only told by SES's own notification. */
  readonly mailFrom?: string;
  readonly rcptTo?: readonly string[];
}

export type IgnoredReason =
  | 'test-event'
  | 'setup-notification'
  | 'not-created'
  | 'copied'
  | 'directory-marker'
  | 'foreign-prefix';

export interface InboundEvent {
  readonly arrivals: readonly Arrival[];
  /** What needs no work, to be counted. */
  readonly ignored: readonly { readonly reason: IgnoredReason }[];
}

/** The object that SES writes when a receipt rule is made. @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-s3.html */
const setupNotification = 'AMAZON_SES_SETUP_NOTIFICATION';

/**
 * Reads the body of one message of the inbound queue: an S3 notification (direct, in an SNS envelope or delivered raw),
 * EventBridge's "Object Created", or SES's "Received" notification of an S3 action (in an envelope or raw).
 * @param rawPrefix where raw mail arrives, with its slash; other keys are ignored
 * @throws PermanentMailError `ERR_BAD_EVENT` for anything else
 */
export function parseInboundEvent(body: string, rawPrefix = 'raw/'): InboundEvent {
  const { value } = openEnvelope(body);
  if (s3TestEventSchema.safeParse(value).success) return { arrivals: [], ignored: [{ reason: 'test-event' }] };
  const found = readS3(value) ?? readEventBridge(value) ?? readReceived(value);
  if (found === undefined) {
    throw new PermanentMailError(
      'ERR_BAD_EVENT',
      'the body is no event that announces a mail: expected an S3 notification, an EventBridge "Object Created" or an SES "Received" notification',
    );
  }
  return sortOut(found, rawPrefix);
}

/** The route that a raw mail belongs to: the folder under the prefix; undefined for a key of another shape. */
export function routeIdOf(key: string, rawPrefix = 'raw/'): string | undefined {
  if (!key.startsWith(rawPrefix)) return undefined;
  const [routeId, ...rest] = key.slice(rawPrefix.length).split('/');
  return routeId && rest.length > 0 && rest.at(-1) !== '' ? routeId : undefined;
}

type Candidate = Arrival | { readonly ignore: IgnoredReason };

function sortOut(candidates: readonly Candidate[], rawPrefix: string): InboundEvent {
  const arrivals: Arrival[] = [];
  const ignored: { reason: IgnoredReason }[] = [];
  for (const candidate of candidates) {
    const reason = 'ignore' in candidate ? candidate.ignore : keyToIgnore(candidate.key, rawPrefix);
    if (reason !== undefined) ignored.push({ reason });
    else if (!('ignore' in candidate)) arrivals.push(candidate);
  }
  return { arrivals, ignored };
}

/** Why an object under this key is no mail; `undefined` when it is one. */
export function keyToIgnore(key: string, rawPrefix: string): IgnoredReason | undefined {
  if (key === setupNotification || key.endsWith(`/${setupNotification}`)) return 'setup-notification';
  if (!key.startsWith(rawPrefix)) return 'foreign-prefix';
  return key.endsWith('/') ? 'directory-marker' : undefined;
}

function readS3(value: unknown): readonly Candidate[] | undefined {
  const parsed = s3NotificationSchema.safeParse(value);
  return parsed.success ? parsed.data.Records.map(toS3Candidate) : undefined;
}

function toS3Candidate({ eventName, s3 }: z.infer<typeof s3NotificationSchema>['Records'][number]): Candidate {
  const kind = eventName.replace(/^s3:/, '');
  if (!kind.startsWith('ObjectCreated:')) return { ignore: 'not-created' };
  if (kind === 'ObjectCreated:Copy') return { ignore: 'copied' };
  const { key, size, eTag, versionId, sequencer } = s3.object;
  return toArrival(s3.bucket.name, decodeKey(key), { size, eTag, versionId, sequencer });
}

/** S3 writes a key as a form does: `+` is a space, and each byte of the rest is percent-encoded, once. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (cause) {
    throw new PermanentMailError('ERR_BAD_EVENT', 'the object key is not percent-encoded UTF-8', { cause });
  }
}

function readEventBridge(value: unknown): readonly Candidate[] | undefined {
  const parsed = eventBridgeSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { bucket, object, reason } = parsed.data.detail;
  if (parsed.data['detail-type'] !== 'Object Created') return [{ ignore: 'not-created' }];
  if (reason === 'CopyObject') return [{ ignore: 'copied' }];
  const { key, size, etag: eTag, 'version-id': versionId, sequencer } = object;
  return [toArrival(bucket.name, key, { size, eTag, versionId, sequencer })];
}

interface Facts {
  readonly size: number | undefined;
  readonly eTag: string | undefined;
  readonly versionId: string | undefined;
  readonly sequencer: string | undefined;
}

function toArrival(bucket: string, key: string, { size, eTag, versionId, sequencer }: Facts): Arrival {
  return {
    bucket,
    key,
    ...(size !== undefined && { sizeBytes: size }),
    ...(eTag && { eTag: eTag.replace(/^"|"$/g, '') }),
    ...(versionId && { versionId }),
    ...(sequencer && { sequencer }),
  };
}

function readReceived(value: unknown): readonly Candidate[] | undefined {
  const parsed = sesReceivedSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { receipt, mail } = parsed.data;
  if (mail.messageId === setupNotification) return [{ ignore: 'setup-notification' }];
  const { type, bucketName, objectKey } = receipt.action ?? {};
  if (type !== 'S3' || bucketName === undefined || objectKey === undefined) {
    throw new PermanentMailError(
      'ERR_BAD_EVENT',
      'the SES notification names no stored object: the action must be of type S3 with a bucket and a key',
    );
  }
  return [
    {
      bucket: bucketName,
      key: objectKey,
      verdicts: toVerdicts(receipt),
      ...(mail.source && { mailFrom: mail.source }),
      ...(receipt.recipients && { rcptTo: receipt.recipients }),
    },
  ];
}

function toVerdicts(receipt: z.infer<typeof sesReceivedSchema>['receipt']): ReceiptVerdicts {
  const { spamVerdict, virusVerdict, spfVerdict, dkimVerdict, dmarcVerdict } = receipt;
  return {
    ...(spamVerdict && { spam: spamVerdict.status }),
    ...(virusVerdict && { virus: virusVerdict.status }),
    ...(spfVerdict && { spf: spfVerdict.status }),
    ...(dkimVerdict && { dkim: dkimVerdict.status }),
    ...(dmarcVerdict && { dmarc: dmarcVerdict.status }),
  };
}
