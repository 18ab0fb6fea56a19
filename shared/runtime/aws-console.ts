import { z } from 'zod';
import { createSecretsManagerClient } from '../adapters/aws/aws-clients.ts';
import { readSecretValue } from '../adapters/aws/secret-value.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import type { Clock } from '../ports/platform.ts';
import { type RawSettings, readSettings } from './settings.ts';

const consoleConfigSchema = z.object({
  LIGHTERMAIL_CONSOLE_HOST: z
    .string({ error: 'must be the host that the console answers for' })
    .regex(/^[a-z0-9.-]{1,253}$/, 'must be the host that the console answers for'),
  LIGHTERMAIL_CONSOLE_SECRET_ARN: z
    .string({ error: 'must be the ARN of a secret' })
    .regex(
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/,
      'must be the ARN of a secret',
    ),
});

/** What the console's function needs beside what every function has. */
export interface ConsoleConfig {
  readonly host: string;
  readonly tokenSecretArn: string;
}

/** @throws PermanentMailError `ERR_SETTING`: one line for each missing or bad setting */
export function readConsoleConfig(env: RawSettings): ConsoleConfig {
  const config = readSettings(consoleConfigSchema, env);
  return { host: config.LIGHTERMAIL_CONSOLE_HOST, tokenSecretArn: config.LIGHTERMAIL_CONSOLE_SECRET_ARN };
}

/** A new token is in force, and the old one no more, after this long at most; unit: milliseconds. */
const freshMs = 300_000;
const shortestToken = 32;

/**
 * The console's token from Secrets Manager, read again every five minutes. A failed reading is not kept.
 * @param read gives the secret; by default Secrets Manager does
 */
export function awsConsoleToken(secretArn: string, clock: Clock, read = readFrom(secretArn)): () => Promise<string> {
  let known: { readonly token: string; readonly readAtMs: number } | undefined;
  return async () => {
    const now = clock.now().getTime();
    if (known !== undefined && now - known.readAtMs < freshMs) return known.token;
    const token = Buffer.from(await read())
      .toString('utf8')
      .trim();
    if (token.length < shortestToken) {
      throw new PermanentMailError(
        'ERR_SETTING',
        `the console token is too short: ${shortestToken} characters are needed`,
      );
    }
    known = { token, readAtMs: now };
    return token;
  };
}

function readFrom(secretArn: string): () => Promise<Uint8Array> {
  const client = createSecretsManagerClient();
  return () => readSecretValue(client, secretArn);
}
