import { isIP } from 'node:net';
import { z } from 'zod';
import { snsTopicArnPattern } from '../contracts/sns-message.ts';
import { awsConfigSchema } from './aws-config.ts';
import { type LogLevel, logLevels } from './logger.ts';
import { type RawSettings, readSettings } from './settings.ts';

/** Everything that can be set for the HTTPS subscriber of SNS. */
export interface WebhookConfig {
  /** The IP address that is listened on. */
  readonly bind: string;
  /** 0: a free port. */
  readonly port: number;
  /** The only topics that are believed. */
  readonly topicArns: readonly string[];
  /** Proxies in front that each add the address of who asked them to `X-Forwarded-For`. */
  readonly proxyCount: number;
  /** A stand-in for SNS on this machine that signing certificates are fetched from. */
  readonly certificatesFrom?: URL;
  readonly logLevel: LogLevel;
  readonly delivery: WebhookDelivery;
}

/** What becomes of an event: kept in the inbound queue for its reader, or processed before the answer. */
export type WebhookDelivery =
  | { readonly way: 'queue'; readonly queueUrl: string }
  | { readonly way: 'inline'; readonly concurrency: number; readonly aws: InlineAwsConfig };

function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,5}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
}

const topicsError = 'must be ARNs of SNS topics, separated by commas: arn:aws:sns:<region>:<account>:<name>';
const standInError = 'must be http://127.0.0.1:<port> or http://localhost:<port>: it is for stand-ins of SNS alone';

const ownShape = {
  LIGHTERMAIL_WEBHOOK_BIND: z
    .string()
    .refine((text) => isIP(text) > 0, 'must be an IP address such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1'),
  LIGHTERMAIL_WEBHOOK_PORT: wholeNumber(0, 65_535).default(8080),
  LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: z
    .string({ error: topicsError })
    .transform((text) => text.split(',').map((one) => one.trim()))
    .refine((all) => all.every((one) => snsTopicArnPattern.test(one)), topicsError),
  LIGHTERMAIL_WEBHOOK_PROXIES: wholeNumber(0, 5).default(0),
  LIGHTERMAIL_WEBHOOK_CERTIFICATES_FROM: z
    .string()
    .regex(/^http:\/\/(127\.0\.0\.1|localhost):\d{1,5}$/, standInError)
    .refine((text) => URL.canParse(text), standInError)
    .transform((text) => new URL(text))
    .optional(),
  LIGHTERMAIL_LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
};

const queueSchema = z.object({
  ...ownShape,
  LIGHTERMAIL_INBOUND_QUEUE_URL: awsConfigSchema.shape.LIGHTERMAIL_INBOUND_QUEUE_URL,
});

/** A process that takes events from no queue needs none to read from; the dead letters of inbound mail it does. */
const inlineAwsSchema = awsConfigSchema.omit({
  LIGHTERMAIL_INBOUND_QUEUE_URL: true,
  LIGHTERMAIL_ENGAGEMENT_QUEUE_URL: true,
  LIGHTERMAIL_ENGAGEMENT_DLQ_URL: true,
});
export type InlineAwsConfig = z.infer<typeof inlineAwsSchema>;

const inlineSchema = inlineAwsSchema.extend({
  ...ownShape,
  /** A mail of 40 MB takes some 200 MB while it is processed. */
  LIGHTERMAIL_WEBHOOK_CONCURRENCY: wholeNumber(1, 100).default(4),
});

/**
 * The settings of the HTTPS subscriber of SNS. With `LIGHTERMAIL_INBOUND_QUEUE_URL` events go to that queue; without
 * it they are processed here, for which the environment of the inbound processor is needed too.
 * @param env the process's environment
 * @throws PermanentMailError `ERR_SETTING`: one line for each missing or bad setting, with its name and what is allowed
 */
export function readWebhookConfig(env: RawSettings): WebhookConfig {
  if (env.LIGHTERMAIL_INBOUND_QUEUE_URL) {
    const settings = readSettings(queueSchema, env);
    return toConfig(settings, { way: 'queue', queueUrl: settings.LIGHTERMAIL_INBOUND_QUEUE_URL });
  }
  const settings = readSettings(inlineSchema, env);
  return toConfig(settings, {
    way: 'inline',
    concurrency: settings.LIGHTERMAIL_WEBHOOK_CONCURRENCY,
    aws: settings,
  });
}

function toConfig(settings: z.infer<z.ZodObject<typeof ownShape>>, delivery: WebhookDelivery): WebhookConfig {
  const certificatesFrom = settings.LIGHTERMAIL_WEBHOOK_CERTIFICATES_FROM;
  return {
    bind: settings.LIGHTERMAIL_WEBHOOK_BIND,
    port: settings.LIGHTERMAIL_WEBHOOK_PORT,
    topicArns: settings.LIGHTERMAIL_WEBHOOK_TOPIC_ARNS,
    proxyCount: settings.LIGHTERMAIL_WEBHOOK_PROXIES,
    ...(certificatesFrom === undefined ? {} : { certificatesFrom }),
    logLevel: settings.LIGHTERMAIL_LOG_LEVEL,
    delivery,
  };
}
