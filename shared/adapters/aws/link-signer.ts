import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { readSecretValue } from './secret-value.ts';

const signerKey = z.object({ accessKeyId: z.string().min(16), secretAccessKey: z.string().min(16) });

/** A long-term key without an end of its own: what it signs lasts as long as asked. */
export interface SignerCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A credential provider for the SDK that reads an IAM user's key, `{"accessKeyId","secretAccessKey"}`, from a secret.
 * The SDK keeps what it gives. Refuses a secret of another form with `ERR_SETTING`.
 */
export function createLinkSignerCredentials(client: SecretsManagerClient, secretArn: string) {
  return async (): Promise<SignerCredentials> => {
    const parsed = signerKey.safeParse(
      parseJson(Buffer.from(await readSecretValue(client, secretArn)).toString('utf8')),
    );
    if (parsed.success) return parsed.data;
    throw new PermanentMailError(
      'ERR_SETTING',
      'the link signer secret is not {"accessKeyId":"…","secretAccessKey":"…"} of an iam user',
    );
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
