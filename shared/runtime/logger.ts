import { MailError } from '../errors/mail-error.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import { redact } from './redact.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** Names the function or service in every line. */
  readonly service: string;
  readonly level?: LogLevel;
  /** Takes one finished line; standard output by default. */
  readonly write?: (line: string) => void;
}

/**
 * One JSON object per line: `at`, `level`, `service`, `message` and the fields. Control characters are escaped by JSON
 * itself, and every text is redacted here, in one place.
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? ((line: string) => process.stdout.write(`${line}\n`));
  const lowest = logLevels.indexOf(options.level ?? 'info');
  const log = (level: LogLevel, message: string, fields: LogFields = {}) => {
    if (logLevels.indexOf(level) < lowest) return;
    const line = { at: new Date().toISOString(), level, service: options.service, message: redact(message) };
    write(JSON.stringify({ ...line, ...redactFields(fields) }));
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, error, fields) => log('error', message, { ...fields, ...errorFields(error) }),
  };
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
