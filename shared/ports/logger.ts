/** Facts beside a log message. Addresses, subjects, bodies, tokens and URLs never go in; ids, codes, counts and sizes do. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON line per call. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** The error goes in as code, name and stack, redacted. */
  error(message: string, error?: unknown, fields?: LogFields): void;
}
