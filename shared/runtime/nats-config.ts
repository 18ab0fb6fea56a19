import { isIP } from 'node:net';
import { z } from 'zod';
import { isAddress } from '../mail/address.ts';
import { type LogLevel, logLevels } from './logger.ts';
import { type RawSettings, readSettings } from './settings.ts';

/** Everything that can be set for the relay on NATS; the names are the peer's. */
export interface NatsRelayConfig {
  readonly natsUrl: string;
  readonly subjectPrefix: string;
  /** For the health probes; 0: a free port. */
  readonly port: number;
  /** The IP address that the health probes are served on. */
  readonly bind: string;
  readonly isEnabled: boolean;
  readonly transport: 'smtp' | 'ses';
  readonly smtp: { readonly host: string; readonly port: number; readonly user?: string; readonly password?: string };
  readonly defaultFrom: { readonly address: string; readonly name: string };
  readonly fromDomains: readonly string[];
  readonly replyToDomains: readonly string[];
  readonly recipientDomains: readonly string[];
  readonly configurationSet?: string;
  readonly isEventing: boolean;
  readonly eventQueueUrl?: string;
  readonly recordStore: 'nats' | 'dynamodb';
  /** The table of `RECORD_STORE=dynamodb`. */
  readonly tableName?: string;
  readonly logLevel: LogLevel;
  readonly logAddsSource: boolean;
  /** What is not as it should be, but does not stop the start. */
  readonly warnings: readonly string[];
}

const defaultSmtpPort = 587;

/** What the peer takes for true; everything else is false. */
const flag = z
  .string()
  .default('')
  .transform((text) => ['true', 't', '1'].includes(text));

const domains = (usual: string) =>
  z
    .string()
    .default(usual)
    .transform((text) =>
      text
        .split(',')
        .map((one) => one.trim().toLowerCase())
        .filter((one) => one !== ''),
    );

const sender = z.string().refine(isAddress, 'must be one address, local@domain').optional();

const settingsSchema = z.object({
  NATS_URL: z.string().default('nats://localhost:4222'),
  NATS_SUBJECT_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'must be letters, digits, "-" and "_" with dots between them')
    .default('lfx.email-service'),
  PORT: z
    .string()
    .refine(
      (text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535,
      'must be a port, 1 to 65535, or 0 for a free one',
    )
    .transform(Number)
    .default(8080),
  BIND: z
    .string()
    .refine((text) => isIP(text) > 0, 'must be an IP address such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1'),
  EMAIL_ENABLED: flag,
  MAIL_TRANSPORT: z.enum(['smtp', 'ses'], 'must be smtp or ses').default('smtp'),
  SMTP_HOST: z.string().default('localhost'),
  SMTP_PORT: z.string().default(String(defaultSmtpPort)),
  SMTP_USERNAME: z.string().optional(),
  SMTP_PASSWORD: z.string().optional(),
  DEFAULT_SMTP_FROM: sender,
  SMTP_FROM: sender,
  DEFAULT_SMTP_FROM_DISPLAY_NAME: z.string().default('LFX Self Serve'),
  SMTP_ALLOWED_FROM_DOMAINS: domains('lfx.linuxfoundation.org'),
  SMTP_ALLOWED_REPLY_TO_DOMAINS: domains('linuxfoundation.org'),
  SMTP_ALLOWED_RECIPIENT_DOMAINS: domains(''),
  SES_CONFIGURATION_SET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z, a-z, 0-9, - and _')
    .optional(),
  SES_EVENTING_ENABLED: flag,
  SES_ENGAGEMENT_SQS_QUEUE_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'must be the URL of an SQS queue')
    .optional(),
  RECORD_STORE: z.enum(['nats', 'dynamodb'], 'must be nats or dynamodb').default('nats'),
  LIGHTERMAIL_TABLE: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'must be the name of a DynamoDB table')
    .optional(),
  LOG_LEVEL: z.string().default('info'),
  LOG_ADD_SOURCE: flag,
});

type Settings = z.infer<typeof settingsSchema>;

/** Set to nothing, these lists allow nothing, where other settings would take their default. */
const listsThatMayBeEmpty = ['SMTP_ALLOWED_FROM_DOMAINS', 'SMTP_ALLOWED_REPLY_TO_DOMAINS'] as const;

/**
 * The settings of the relay on NATS, parsed as the peer parses them.
 * @param env the process's environment
 * @throws PermanentMailError `ERR_SETTING`: one line for each bad setting, with its name and what is allowed
 */
export function readNatsConfig(env: RawSettings): NatsRelayConfig {
  const raw: Record<string, string | undefined> = { ...env };
  // A lone comma is a list of nothing that does not count as unset.
  for (const name of listsThatMayBeEmpty) if (raw[name] === '') raw[name] = ',';
  return toConfig(readSettings(settingsSchema.superRefine(checkTogether), raw));
}

function checkTogether(settings: Settings, context: z.RefinementCtx): void {
  if (settings.RECORD_STORE !== 'dynamodb' || settings.LIGHTERMAIL_TABLE !== undefined) return;
  const message = 'must be the name of a DynamoDB table, because RECORD_STORE is dynamodb';
  context.addIssue({ code: 'custom', path: ['LIGHTERMAIL_TABLE'], message });
}

function toConfig(settings: Settings): NatsRelayConfig {
  const warnings: string[] = [];
  return {
    natsUrl: settings.NATS_URL,
    subjectPrefix: settings.NATS_SUBJECT_PREFIX,
    port: settings.PORT,
    bind: settings.BIND,
    isEnabled: settings.EMAIL_ENABLED,
    transport: settings.MAIL_TRANSPORT,
    smtp: {
      host: settings.SMTP_HOST,
      port: smtpPort(settings.SMTP_PORT, warnings),
      ...given('user', settings.SMTP_USERNAME),
      ...given('password', settings.SMTP_PASSWORD),
    },
    defaultFrom: {
      address: settings.DEFAULT_SMTP_FROM ?? settings.SMTP_FROM ?? 'noreply@lfx.linuxfoundation.org',
      name: settings.DEFAULT_SMTP_FROM_DISPLAY_NAME,
    },
    fromDomains: settings.SMTP_ALLOWED_FROM_DOMAINS,
    replyToDomains: settings.SMTP_ALLOWED_REPLY_TO_DOMAINS,
    recipientDomains: settings.SMTP_ALLOWED_RECIPIENT_DOMAINS,
    ...given('configurationSet', settings.SES_CONFIGURATION_SET),
    isEventing: settings.SES_EVENTING_ENABLED,
    ...given('eventQueueUrl', settings.SES_ENGAGEMENT_SQS_QUEUE_URL),
    recordStore: settings.RECORD_STORE,
    ...given('tableName', settings.LIGHTERMAIL_TABLE),
    logLevel: logLevel(settings.LOG_LEVEL, warnings),
    logAddsSource: settings.LOG_ADD_SOURCE,
    warnings,
  };
}

function given<Name extends string>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: string });
}

function smtpPort(text: string, warnings: string[]): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  warnings.push(`SMTP_PORT is not a port: ${defaultSmtpPort} is used`);
  return defaultSmtpPort;
}

function logLevel(text: string, warnings: string[]): LogLevel {
  const level = logLevels.find((one) => one === text.toLowerCase());
  if (level === undefined) warnings.push(`LOG_LEVEL is not one of ${logLevels.join(', ')}: info is used`);
  return level ?? 'info';
}
