import { MailError } from '../errors/mail-error.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import { redact } from './redact.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** Names the function or service in every line. */
  readonly service: string;
  readonly level?: LogLevel;
  /** `json` for machines, `text` for people at a terminal; `json` by default. */
  readonly format?: 'json' | 'text';
  /** Takes one finished line; standard output by default. */
  readonly write?: (line: string) => void;
}

/**
 * One line per call: a JSON object of `at`, `level`, `service`, `message` and the fields, or the same as text. Control
 * characters are escaped as JSON does it, and every text is redacted here, in one place.
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? ((line: string) => process.stdout.write(`${line}\n`));
  const toLine = options.format === 'text' ? toTextLine : toJsonLine;
  const lowest = logLevels.indexOf(options.level ?? 'info');
  const log = (level: LogLevel, message: string, fields: LogFields = {}) => {
    if (logLevels.indexOf(level) < lowest) return;
    const line = { at: new Date().toISOString(), level, service: options.service, message: redact(message) };
    write(toLine(line, redactFields(fields)));
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, error, fields) => log('error', message, { ...fields, ...errorFields(error) }),
  };
}

interface LineHead {
  readonly at: string;
  readonly level: LogLevel;
  readonly service: string;
  readonly message: string;
}

function toJsonLine(head: LineHead, fields: LogFields): string {
  return JSON.stringify({ ...head, ...fields });
}

/** Ids are cut to what tells them apart on a screen. */
const shownIdLength = 10;
const messageWidth = 32;

/** `21:24:08 info  mail received   bytes=11071 mailId=iwq7hc5eq2`; values keep JSON's escapes, so one call is one line. */
function toTextLine({ at, level, message }: LineHead, fields: LogFields): string {
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${name.endsWith('Id') ? String(value).slice(0, shownIdLength) : toShown(value)}`);
  const time = at.slice(11, 19);
  return `${time} ${level.padEnd(5)} ${plain(message).padEnd(messageWidth)} ${shown.join(' ')}`.trimEnd();
}

function toShown(value: LogFields[string]): string {
  return typeof value === 'string' && /^[\w./:-]*$/.test(value) ? value : JSON.stringify(value);
}

/** Control characters as JSON escapes them: nothing from outside moves the cursor. */
function plain(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function redactFields(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]),
  );
}

/** SDK errors carry URLs and request ids in many places: only these four facts of an error are ever written. */
function errorFields(error: unknown): LogFields {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: String(error) };
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : undefined;
  return {
    error: error.message,
    errorName: error.name,
    ...(error instanceof MailError ? { code: error.code, ...error.details } : { stack: error.stack }),
    ...(cause === undefined ? {} : { cause }),
  };
}
