import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { MailError, PermanentMailError } from '../errors/mail-error.ts';
import { type LogLevel, logLevels } from './logger.ts';
import { type RawSettings, readSettings } from './settings.ts';

/** A user that may submit mail. */
export interface SmtpUser {
  readonly user: string;
  readonly password: string;
}

/** Everything that can be set for the runtime on one machine. */
export interface LocalConfig {
  /** 0: a free port. */
  readonly smtpPort: number;
  readonly httpPort: number;
  /** The IP address to listen on; `localhost` has become `127.0.0.1`. */
  readonly bind: string;
  readonly isLoopback: boolean;
  /** Absolute. */
  readonly dataFolder: string;
  /** Absolute. */
  readonly routesPath: string;
  /** Whether the routes path was set: then the file must be there, otherwise the first start writes it. */
  readonly routesGiven: boolean;
  readonly smtpUsers: readonly SmtpUser[];
  readonly consoleToken?: string;
  /** Without a slash at its end. */
  readonly publicUrl?: string;
  readonly smtpRelay?: string;
  readonly sesEndpoint?: string;
  /** Where ClamAV's daemon listens: the path of its socket, or `host:port`. */
  readonly clamd?: string;
  readonly configurationSet?: string;
  readonly maxMailBytes: number;
  readonly logLevel: LogLevel;
  /** Emails a second that are handed to the transport; absent: no limit. SES has one, a mailbox has none. */
  readonly maxSendRate?: number;
  readonly uncertainSeconds: number;
  readonly whenUncertain: 'resend' | 'park';
}

const mebibyte = 1_048_576;
/** 40 MB after base64 is what SES takes; the same here, so that a mail that works here works there. */
const defaultMaxMailBytes = 40 * mebibyte;
/** Emails a second that SES lets most accounts send once they have left the sandbox. */
const usualSesRate = 14;
const shortestConsoleToken = 16;

const wholeNumber = (least: number, most: number, allowed: string) =>
  z
    .string()
    .refine((text) => /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most, allowed)
    .transform(Number);

const port = (usual: number) =>
  wholeNumber(0, 65_535, 'must be a port, 1 to 65535, or 0 for a free one').default(usual);

const url = (protocols: readonly string[], allowed: string) =>
  z.string().refine((text) => isPlainUrl(text, protocols), allowed);

const settingsSchema = z.object({
  LIGHTERMAIL_SMTP_PORT: port(2525),
  LIGHTERMAIL_HTTP_PORT: port(8025),
  LIGHTERMAIL_BIND: z
    .string()
    .refine((text) => text === 'localhost' || isIP(text) > 0, 'must be an IP address such as 127.0.0.1')
    .default('127.0.0.1'),
  LIGHTERMAIL_DATA: z.string().default('.lightermail'),
  LIGHTERMAIL_ROUTES: z.string().optional(),
  LIGHTERMAIL_CONSOLE_TOKEN: z
    .string()
    .min(shortestConsoleToken, `must have at least ${shortestConsoleToken} characters`)
    .optional(),
  LIGHTERMAIL_PUBLIC_URL: url(
    ['http:', 'https:'],
    'must be a URL such as https://links.example.com, with nothing behind the host',
  ).optional(),
  LIGHTERMAIL_SES_ENDPOINT: url(
    ['http:', 'https:'],
    'must be a URL such as http://127.0.0.1:9001, with nothing behind the host',
  ).optional(),
  LIGHTERMAIL_CONFIGURATION_SET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A-Z, a-z, 0-9, - and _')
    .optional(),
  LIGHTERMAIL_CLAMD: z
    .string()
    .regex(/^(?:\/[^\0]{1,100}|[A-Za-z0-9.-]{1,253}:\d{1,5})$/, 'must be the path of its socket, or host:port')
    .optional(),
  LIGHTERMAIL_MAX_MAIL_BYTES: wholeNumber(
    1024,
    1024 * mebibyte,
    'must be a number of bytes, 1024 to 1073741824',
  ).default(defaultMaxMailBytes),
  LIGHTERMAIL_LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  LIGHTERMAIL_MAX_SEND_RATE: wholeNumber(1, 100_000, 'must be a number of emails a second, 1 to 100000').optional(),
  LIGHTERMAIL_UNCERTAIN_SECONDS: wholeNumber(1, 86_400, 'must be a number of seconds, 1 to 86400').default(900),
  LIGHTERMAIL_WHEN_UNCERTAIN: z.enum(['resend', 'park'], 'must be resend or park').default('resend'),
});

type Settings = z.infer<typeof settingsSchema>;

/**
 * Reads the settings of the runtime on one machine from the environment.
 * @throws PermanentMailError `ERR_SETTING`: one line for each bad setting
 */
export function readLocalConfig(environment: RawSettings): LocalConfig {
  const faults = secretFaults(environment);
  const settings = collect(faults, () => readSettings(settingsSchema, environment));
  if (settings !== undefined) faults.push(...wideBindFaults(settings, environment));
  if (settings === undefined || faults.length > 0) throw new PermanentMailError('ERR_SETTING', faults.join('\n'));
  return toConfig(settings, environment);
}

function collect<Value>(faults: string[], read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    faults.push(error.message);
    return undefined;
  }
}

/** These two settings hold passwords, so they are judged here, where their values are never shown. */
function secretFaults(environment: RawSettings): string[] {
  const faults: string[] = [];
  if (parseUsers(environment.LIGHTERMAIL_SMTP_USERS) === undefined) {
    faults.push('LIGHTERMAIL_SMTP_USERS is set: must be user:password pairs, separated by commas');
  }
  const relay = environment.LIGHTERMAIL_SMTP_RELAY;
  if (relay && !isRelayUrl(relay)) {
    faults.push('LIGHTERMAIL_SMTP_RELAY is set: must be a URL such as smtp://user:password@mail.example.com:587');
  }
  if (relay && environment.LIGHTERMAIL_SES_ENDPOINT) {
    faults.push('LIGHTERMAIL_SMTP_RELAY is set: must not be set together with LIGHTERMAIL_SES_ENDPOINT');
  }
  return faults;
}

/** Whoever reaches the port could otherwise send mail to anyone and read every mail. */
function wideBindFaults(settings: Settings, environment: RawSettings): string[] {
  if (isLoopbackAddress(settings.LIGHTERMAIL_BIND)) return [];
  const why = `must be set when LIGHTERMAIL_BIND is "${settings.LIGHTERMAIL_BIND}", which others can reach`;
  return [
    ...(environment.LIGHTERMAIL_SMTP_USERS ? [] : [`LIGHTERMAIL_SMTP_USERS is not set: ${why}`]),
    ...(settings.LIGHTERMAIL_CONSOLE_TOKEN ? [] : [`LIGHTERMAIL_CONSOLE_TOKEN is not set: ${why}`]),
    ...(settings.LIGHTERMAIL_PUBLIC_URL
      ? []
      : [`LIGHTERMAIL_PUBLIC_URL is not set: ${why}; mailed links begin with it`]),
  ];
}

function toConfig(settings: Settings, environment: RawSettings): LocalConfig {
  const dataFolder = resolve(settings.LIGHTERMAIL_DATA);
  return {
    smtpPort: settings.LIGHTERMAIL_SMTP_PORT,
    httpPort: settings.LIGHTERMAIL_HTTP_PORT,
    bind: settings.LIGHTERMAIL_BIND === 'localhost' ? '127.0.0.1' : settings.LIGHTERMAIL_BIND,
    isLoopback: isLoopbackAddress(settings.LIGHTERMAIL_BIND),
    dataFolder,
    routesPath: settings.LIGHTERMAIL_ROUTES ? resolve(settings.LIGHTERMAIL_ROUTES) : join(dataFolder, 'routes.json'),
    routesGiven: settings.LIGHTERMAIL_ROUTES !== undefined,
    smtpUsers: parseUsers(environment.LIGHTERMAIL_SMTP_USERS) ?? [],
    ...given('consoleToken', settings.LIGHTERMAIL_CONSOLE_TOKEN),
    ...given('publicUrl', settings.LIGHTERMAIL_PUBLIC_URL?.replace(/\/$/, '')),
    ...given('smtpRelay', environment.LIGHTERMAIL_SMTP_RELAY || undefined),
    ...given('sesEndpoint', settings.LIGHTERMAIL_SES_ENDPOINT?.replace(/\/$/, '')),
    ...given('configurationSet', settings.LIGHTERMAIL_CONFIGURATION_SET),
    ...given('clamd', settings.LIGHTERMAIL_CLAMD),
    maxMailBytes: settings.LIGHTERMAIL_MAX_MAIL_BYTES,
    logLevel: settings.LIGHTERMAIL_LOG_LEVEL,
    ...sendRate(settings),
    uncertainSeconds: settings.LIGHTERMAIL_UNCERTAIN_SECONDS,
    whenUncertain: settings.LIGHTERMAIL_WHEN_UNCERTAIN,
  };
}

/** SES's usual limit holds for SES and what stands in for it; elsewhere only what is set. */
function sendRate(settings: Settings): { readonly maxSendRate?: number } {
  const usual = settings.LIGHTERMAIL_SES_ENDPOINT === undefined ? undefined : usualSesRate;
  const maxSendRate = settings.LIGHTERMAIL_MAX_SEND_RATE ?? usual;
  return maxSendRate === undefined ? {} : { maxSendRate };
}

/** Leaves an optional property out when it has no value. */
function given<Name extends string>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: string };
}

function parseUsers(text: string | undefined): readonly SmtpUser[] | undefined {
  if (!text) return [];
  const users = text.split(',').map((pair) => {
    const colon = pair.indexOf(':');
    return { user: pair.slice(0, Math.max(colon, 0)).trim(), password: pair.slice(colon + 1).trim() };
  });
  return users.every(({ user, password }) => user !== '' && password !== '') ? users : undefined;
}

function isLoopbackAddress(bind: string): boolean {
  return bind === 'localhost' || bind === '::1' || (isIP(bind) === 4 && bind.startsWith('127.'));
}

function isPlainUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const parsed = new URL(text);
  const nothingElse = parsed.pathname === '/' && !parsed.search && !parsed.hash && !parsed.username && !parsed.password;
  return protocols.includes(parsed.protocol) && nothingElse;
}

function isRelayUrl(text: string): boolean {
  return URL.canParse(text) && ['smtp:', 'smtps:'].includes(new URL(text).protocol) && new URL(text).hostname !== '';
}
