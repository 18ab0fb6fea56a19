import { z } from 'zod';
import { rawPrefix } from '../../infra/topology.ts';
import { type RawSettings, readSettings } from './settings.ts';

function text(pattern: RegExp, error: string) {
  return z.string({ error }).regex(pattern, { error });
}

const region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as eu-central-1');
const bucket = text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket');
const prefix = text(
  /^[^\s/]+(\/[^\s/]+)*\/$/,
  'must be the folder of raw mail in its bucket, with a slash at its end and none in front',
);
const table = text(/^[A-Za-z0-9_.-]{3,255}$/, 'must be the name of a DynamoDB table');
const queueUrl = text(
  /^https?:\/\/[^\s/]+\/\d{12}\/[A-Za-z0-9_-]{1,80}$/,
  'must be the URL of an SQS queue, https://sqs.<region>.amazonaws.com/<account>/<name>',
);
const topicArn = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  'must be the ARN of an SNS topic, arn:aws:sns:<region>:<account>:<name>',
);
const secretArn = text(
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/,
  'must be the ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>',
);
const roleArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[A-Za-z0-9/_+=,.@-]{1,512}$/,
  'must be the ARN of a role, arn:aws:iam::<account>:role/<name>',
);
const parameter = text(/^[A-Za-z0-9/_.-]{1,1011}$/, 'must be the name of an SSM parameter');
const configurationSet = text(/^[A-Za-z0-9_-]{1,64}$/, 'must be the name of an SES configuration set');
const metricsNamespace = text(/^[A-Za-z0-9][A-Za-z0-9_./#-]{0,254}$/, 'must be a CloudWatch namespace');
const publicUrl = text(
  /^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[A-Za-z0-9._~-]+)*$/,
  'must be an https:// URL without a slash at its end',
);

function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
}

/** The environment of every function on AWS, under the names that the stacks set. */
export const awsConfigSchema = z.object({
  /** Set by Lambda itself: SES receives mail in the region of the function, unless the next says another. */
  AWS_REGION: region.optional(),
  LIGHTERMAIL_SES_REGION: region.optional(),
  LIGHTERMAIL_RAW_BUCKET: bucket,
  /** Set where the bucket is someone else's and raw mail has a folder of its own. */
  LIGHTERMAIL_RAW_PREFIX: prefix.default(rawPrefix),
  LIGHTERMAIL_FILES_BUCKET: bucket,
  LIGHTERMAIL_TABLE: table,
  LIGHTERMAIL_INBOUND_QUEUE_URL: queueUrl,
  LIGHTERMAIL_INBOUND_DLQ_URL: queueUrl,
  LIGHTERMAIL_OUTBOUND_QUEUE_URL: queueUrl,
  LIGHTERMAIL_OUTBOUND_DLQ_URL: queueUrl,
  LIGHTERMAIL_ENGAGEMENT_QUEUE_URL: queueUrl,
  LIGHTERMAIL_ENGAGEMENT_DLQ_URL: queueUrl,
  /** Without them the gateway makes no archives and asks for no scans. */
  LIGHTERMAIL_LINKS_QUEUE_URL: queueUrl.optional(),
  LIGHTERMAIL_LINKS_DLQ_URL: queueUrl.optional(),
  LIGHTERMAIL_FALLBACK_TOPIC_ARN: topicArn,
  /** Changes of emails are told there; nowhere when absent. */
  LIGHTERMAIL_EMAIL_EVENTS_TOPIC_ARN: topicArn.optional(),
  /** Ends of mails are told there; nowhere when absent. */
  LIGHTERMAIL_PROCESSED_TOPIC_ARN: topicArn.optional(),
  LIGHTERMAIL_ROUTES_PARAMETER: parameter,
  LIGHTERMAIL_LINK_SECRET_ARN: secretArn,
  /** An IAM user's key for `links: "presigned"`; without it a role signs, and URLs die with its session. */
  LIGHTERMAIL_LINK_SIGNER_SECRET_ARN: secretArn.optional(),
  /** A role to assume for `links: "presigned"` where there is no such key: URLs last up to an hour. */
  LIGHTERMAIL_LINK_SIGNER_ROLE_ARN: roleArn.optional(),
  LIGHTERMAIL_CONFIGURATION_SET: configurationSet.optional(),
  /** Without open and click tracking, for mail whose bytes must not change. */
  LIGHTERMAIL_INTACT_CONFIGURATION_SET: configurationSet.optional(),
  LIGHTERMAIL_PUBLIC_URL: publicUrl,
  /** Under which CloudWatch keeps what is counted: one for each installation. */
  LIGHTERMAIL_METRICS_NAMESPACE: metricsNamespace.default('Lightermail'),
  /** Five sends with growing waits between them cover an outage of an hour. */
  LIGHTERMAIL_MAX_SEND_ATTEMPTS: wholeNumber(1, 100).default(5),
  /** Emails a second that SES lets the account send: 14 for most accounts that have left the sandbox. */
  LIGHTERMAIL_MAX_SEND_RATE: wholeNumber(1, 100_000).default(14),
  /** SES's Send event comes within seconds; a quarter of an hour covers a bad day. */
  LIGHTERMAIL_UNCERTAIN_SECONDS: wholeNumber(60, 86_400).default(900),
  LIGHTERMAIL_WHEN_UNCERTAIN: z.enum(['resend', 'park'], { error: 'must be resend or park' }).default('resend'),
});

const separateBuckets = awsConfigSchema.refine(
  ({ LIGHTERMAIL_RAW_BUCKET: raw, LIGHTERMAIL_FILES_BUCKET: files }) => raw !== files,
  {
    path: ['LIGHTERMAIL_FILES_BUCKET'],
    error: 'must not be the bucket of raw mail: what is written there arrives as mail',
  },
);

export type AwsConfig = z.infer<typeof awsConfigSchema>;

/**
 * The settings of a function, checked when it is initialised, so that a wrong one stops it before it takes a message.
 * @param env the process's environment
 * @throws PermanentMailError `ERR_SETTING`: one line for each missing or bad setting, with its name and what is allowed
 */
export function readAwsConfig(env: RawSettings): AwsConfig {
  return readSettings(separateBuckets, env);
}
