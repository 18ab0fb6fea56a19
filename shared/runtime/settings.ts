import type { z } from 'zod';
import { PermanentMailError } from '../errors/mail-error.ts';

/** The environment, or any other flat record of settings as text. */
export type RawSettings = Readonly<Record<string, string | undefined>>;

/**
 * Reads settings through a schema whose keys are the settings' own names.
 * @throws PermanentMailError `ERR_SETTING`: one line for each bad setting, with its name, its value and what is allowed
 */
export function readSettings<Schema extends z.ZodType>(schema: Schema, raw: RawSettings): z.infer<Schema> {
  const filled = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(filled);
  if (parsed.success) return parsed.data;
  throw new PermanentMailError('ERR_SETTING', settingFaults(parsed.error, filled).join('\n'));
}

/** One line for each fault: `NAME is "value": what is allowed`. Values of secrets are not shown. */
export function settingFaults(error: z.ZodError, raw: Readonly<Record<string, unknown>>): string[] {
  return error.issues.map((issue) => {
    const name = issue.path.map(String).join('.') || '(whole)';
    const value = valueAt(raw, issue.path);
    return `${name} is ${shown(name, value)}: ${issue.message}`;
  });
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

const secretName = /pass|secret|token|key|marker|users|relay/i;
const longestShownValue = 200;

function shown(name: string, value: unknown): string {
  if (value === undefined) return 'not set';
  if (secretName.test(name)) return 'set';
  return JSON.stringify(value).slice(0, longestShownValue);
}
