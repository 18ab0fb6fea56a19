import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { toAwsMailError } from './aws-errors.ts';

/**
 * The bytes of a secret, text as UTF-8.
 * @throws TransientMailError `ERR_CREDENTIALS` when it may not be read, `ERR_STORE_UNAVAILABLE` when there is no answer
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readSecretValue(client: SecretsManagerClient, secretArn: string): Promise<Uint8Array> {
  try {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return answer.SecretBinary ?? Buffer.from(answer.SecretString ?? '', 'utf8');
  } catch (error) {
    throw toAwsMailError(error, 'secretsmanager GetSecretValue', 'ERR_STORE_UNAVAILABLE');
  }
}
