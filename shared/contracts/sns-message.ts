import { z } from 'zod';
import { PermanentMailError } from '../errors/mail-error.ts';

/** The partitions whose SNS is known here, by the domain that their hosts stand in. */
export const snsDomains: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
};

export const snsTopicArnPattern =
  /^arn:(aws|aws-us-gov|aws-cn):sns:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_-]{1,256}$/;

/** One run of printable ASCII: no field but the message itself can hold a line break, which is what the signed text is split by. */
function printable(maxLength: number) {
  return z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${maxLength}}$`));
}

const signedByAll = {
  MessageId: z.string().regex(/^[\w-]{1,100}$/),
  TopicArn: z.string().regex(snsTopicArnPattern),
  Message: z.string(),
  /** ISO 8601 in UTC, to the millisecond as a rule. */
  Timestamp: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/)
    .refine((text) => !Number.isNaN(Date.parse(text))),
  SignatureVersion: z.enum(['1', '2']),
  Signature: printable(2000),
  SigningCertURL: printable(500),
};

const confirmation = { ...signedByAll, Token: printable(2000), SubscribeURL: printable(4000) };

const snsMessageSchema = z.discriminatedUnion('Type', [
  z.object({
    Type: z.literal('Notification'),
    ...signedByAll,
    Subject: z
      .string()
      .regex(/^[^\x00-\x1f\x7f]{1,1000}$/)
      .optional(),
  }),
  z.object({ Type: z.literal('SubscriptionConfirmation'), ...confirmation }),
  z.object({ Type: z.literal('UnsubscribeConfirmation'), ...confirmation }),
]);

/** What SNS posts to an HTTPS subscriber: the signed fields and the signature. What is not signed is left out. */
export type SnsMessage = z.infer<typeof snsMessageSchema>;
export type SnsNotification = Extract<SnsMessage, { Type: 'Notification' }>;

/**
 * Reads what SNS posts. Nothing is verified by it.
 * @throws PermanentMailError `ERR_BAD_EVENT` when the text is no such message
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function parseSnsMessage(text: string): SnsMessage {
  const parsed = snsMessageSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new PermanentMailError('ERR_BAD_EVENT', 'the body is no message of sns');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The region of a topic, and the domain that the hosts of its partition stand in. */
export function snsPlaceOf(topicArn: string): { readonly region: string; readonly domain: string } {
  const [, partition = '', region = ''] = snsTopicArnPattern.exec(topicArn) ?? [];
  const domain = snsDomains[partition];
  if (domain === undefined) throw new PermanentMailError('ERR_BAD_EVENT', 'the topic is not of a known partition');
  return { region, domain };
}
