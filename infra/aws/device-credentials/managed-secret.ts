import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { CredentialSecret } from './credential-secret.ts';

const credentialsSchema = z.object({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  username: z.string(),
  password: z.string(),
});

/** The credentials as Secrets Manager keeps them. Errors are its own, or say only that the value is not ours. */
export function managedSecret(client: SecretsManagerClient, secretId: string): CredentialSecret {
  const stagesOf = async () =>
    (await client.send(new DescribeSecretCommand({ SecretId: secretId }))).VersionIdsToStages ?? {};
  const read = async (which: { VersionStage: string; VersionId?: string }) =>
    parse((await client.send(new GetSecretValueCommand({ SecretId: secretId, ...which }))).SecretString);
  return {
    async readStage(version) {
      const labels = (await stagesOf())[version] ?? [];
      if (labels.includes('AWSCURRENT')) return 'current';
      return labels.includes('AWSPENDING') ? 'pending' : 'unknown';
    },
    readCurrent: () => read({ VersionStage: 'AWSCURRENT' }),
    readPending: (version) =>
      read({ VersionStage: 'AWSPENDING', VersionId: version }).catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }),
    async writePending(version, credentials) {
      await client.send(
        new PutSecretValueCommand({
          SecretId: secretId,
          ClientRequestToken: version,
          SecretString: JSON.stringify(credentials),
          VersionStages: ['AWSPENDING'],
        }),
      );
    },
    async promote(version) {
      const [current] = Object.entries(await stagesOf()).find(([, labels]) => labels.includes('AWSCURRENT')) ?? [];
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: version,
          ...(current === undefined ? {} : { RemoveFromVersionId: current }),
        }),
      );
    },
  };
}

/** The value itself must not be in a message. */
function parse(text: string | undefined) {
  try {
    return credentialsSchema.parse(JSON.parse(text ?? ''));
  } catch {
    throw new Error('the secret does not hold {host, port, username, password}: put it back as it was');
  }
}
