import { z } from 'zod';
import { isAddress, isDomain } from '../../shared/mail/address.ts';
import { defaultAlarmSettings } from '../topology.ts';
import { deviceSettings } from './device-settings.ts';
import { domainSettings } from './domain-settings.ts';
import { defaultLogRetentionDays, retentionChoices } from './log-retention.ts';
import { address, domain, flag, text, wholeNumber } from './setting-values.ts';
import { webhookSettings } from './webhook-settings.ts';

const isPattern = (value: string) => isAddress(value) || (value.startsWith('*@') && isDomain(value.slice(2)));
const splitList = (value: string) => value.split(',').map((item) => item.trim());
const patterns = text('must be addresses or *@domain, separated by commas', (value) =>
  splitList(value).every(isPattern),
).transform(splitList);

/** @see https://docs.aws.amazon.com/ses/latest/APIReference/API_CreateReceiptRuleSet.html and CreateConfigurationSet */
const sesName = text('must be 1 to 64 of a-z, A-Z, 0-9, _ and -', (value) => /^[\w-]{1,64}$/.test(value));

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = text('must be the name of an existing S3 bucket, 3 to 63 of a-z, 0-9, . and -', (value) =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value),
);

/** Longer would leave no room for `raw/<routeId>/<id>` in SES's limit for a key prefix. */
const longestPrefix = 200;
const prefix = text(
  'must be a folder such as mail/: at most 200 of a-z, A-Z, 0-9, . _ - and /, a / at its end',
  (value) => value.length <= longestPrefix && /^(?:[\w.-]+\/)+$/.test(value),
);

const policy = text('must be the name or the ARN of an IAM policy', (value) =>
  /^(?:arn:aws[\w-]*:iam::(?:\d{12}|aws):policy\/)?[\w+=,.@/-]{1,512}$/.test(value),
);

const retention = text(`must be one of CloudWatch's numbers of days: ${retentionChoices.join(', ')}`, (value) =>
  retentionChoices.map(String).includes(value),
).transform(Number);

const region = text('must be an AWS region such as eu-west-1', (value) => /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(value));

const httpsUrl = text('must be an https URL without a path, such as https://links.example.com', (value) => {
  const url = URL.parse(value);
  return url?.protocol === 'https:' && url.origin === value.toLowerCase();
});

/** SNS keeps an endpoint in up to 2,048 characters; a password in it would stand in the template. */
const isEndpoint = (value: string) => {
  const url = URL.parse(value);
  const isPlain = url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
  return isPlain && value.length <= 2048;
};
const mostEndpoints = 20;
const endpoints = text(
  `must be up to ${mostEndpoints} different https URLs without a user or a fragment, separated by commas`,
  (value) => {
    const urls = splitList(value);
    return urls.length <= mostEndpoints && new Set(urls).size === urls.length && urls.every(isEndpoint);
  },
).transform(splitList);

const secretArn = text(
  'must be the full ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>',
  (value) => /^arn:aws[\w-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/.test(value),
);

/** Not its alias: S3 would take one for the key of that name of whoever asks. */
const keyArn = text('must be the ARN of a symmetric KMS key, arn:aws:kms:<region>:<account>:key/<id>', (value) =>
  /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,128}$/.test(value),
);

/** The settings of a deployment by their names, each by itself: text in, as `-c name=value` gives it. */
export const contextSchema = z.object({
  recipient: address.optional(),
  sender: address.optional(),
  allowedSenders: patterns.optional(),
  linkExpirySeconds: wholeNumber(60, 31_536_000).optional(),
  retentionDays: wholeNumber(1, 365).optional(),
  routes: z.string().optional(),
  domain: domain.optional(),
  configurationSet: sesName.optional(),
  deadLetterThreshold: wholeNumber(0, 1_000_000).default(defaultAlarmSettings.deadLetterThreshold),
  /** CloudWatch knows the age of the oldest message; SQS keeps it for 14 days at most. */
  oldestMessageSeconds: wholeNumber(1, 1_209_600).default(defaultAlarmSettings.oldestMessageSeconds),
  queuedMessages: wholeNumber(0, 1_000_000_000).default(defaultAlarmSettings.queuedMessages),
  alarmEmail: address.optional(),
  fallbackEmail: address.optional(),
  arrivalEmail: address.optional(),
  processedEmail: address.optional(),
  subscribers: endpoints.default([]),
  processedSubscribers: endpoints.default([]),
  bucketName: bucketName.optional(),
  prefix: prefix.optional(),
  permissionsBoundary: policy.optional(),
  ruleSet: sesName.optional(),
  takeOver: flag.default(false),
  sesRegion: region.optional(),
  /** SES's usual rate for an account that has left the sandbox, and the functions' own default. */
  maxSendRate: wholeNumber(1, 100_000).default(14),
  publicUrl: httpsUrl.optional(),
  linkSignerSecret: secretArn.optional(),
  malwareProtection: flag.default(false),
  console: flag.default(false),
  kms: flag.default(false),
  kmsKeyArn: keyArn.optional(),
  logRetentionDays: retention.default(defaultLogRetentionDays),
  /** For trials: everything goes when the stacks go. */
  ephemeral: flag.default(false),
  ...domainSettings,
  ...deviceSettings,
  ...webhookSettings,
});

/** The names of all settings. */
export const settingNames = Object.keys(contextSchema.shape) as readonly (keyof typeof contextSchema.shape)[];

export type ContextSettings = z.infer<typeof contextSchema>;
