import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PermanentMailError } from '../../errors/mail-error.ts';
import type { SecretSource } from '../../ports/platform.ts';
import { readSecretValue } from './secret-value.ts';

/** The key of HMAC-SHA-256 should be as long as its hash. @see RFC 2104 §3 */
const minSecretBytes = 32;

export interface SecretsManagerSecretSourceOptions {
  readonly client: SecretsManagerClient;
  readonly linkSecretArn: string;
}

/**
 * Secrets from AWS Secrets Manager, read once: the link secret never changes, since every mailed link depends on it.
 * A failed reading is not kept. Refuses a secret that is too short with `ERR_SETTING`.
 */
export function createSecretsManagerSecretSource({
  client,
  linkSecretArn,
}: SecretsManagerSecretSourceOptions): SecretSource {
  let secret: Promise<Uint8Array> | undefined;
  return {
    linkSecret() {
      secret ??= readLinkSecret(client, linkSecretArn).catch((error: unknown) => {
        secret = undefined;
        throw error;
      });
      return secret;
    },
  };
}

async function readLinkSecret(client: SecretsManagerClient, secretArn: string): Promise<Uint8Array> {
  const bytes = await readSecretValue(client, secretArn);
  if (bytes.byteLength >= minSecretBytes) return bytes;
  throw new PermanentMailError(
    'ERR_SETTING',
    `the link secret has ${bytes.byteLength} bytes; at least ${minSecretBytes} are needed`,
  );
}
