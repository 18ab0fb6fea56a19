import { createAssumedRoleCredentials } from '../../adapters/aws/assumed-role-credentials.ts';
import { createS3Client, createSecretsManagerClient, createStsClient } from '../../adapters/aws/aws-clients.ts';
import { createLinkSignerCredentials } from '../../adapters/aws/link-signer.ts';
import { createS3BlobStore } from '../../adapters/aws/s3-blob-store.ts';
import { once } from './once.ts';
import type { AwsContext, PortMakers } from './port-makers.ts';

const s3 = once(() => createS3Client());

/** Raw mail and files, in S3. A signer of its own only where a key for it was set. */
export const bucketPorts = {
  raw: ({ config, clock }) => createS3BlobStore({ client: s3(), bucket: config.LIGHTERMAIL_RAW_BUCKET, clock }),
  files: ({ config, clock }) =>
    createS3BlobStore({ client: s3(), bucket: config.LIGHTERMAIL_FILES_BUCKET, clock, ...toSigner(config, clock) }),
} satisfies PortMakers;

/** A user's key signs for up to seven days, an assumed role for up to an hour; a function's own role is the last resort. */
function toSigner(config: AwsContext['config'], clock: AwsContext['clock']) {
  const { LIGHTERMAIL_LINK_SIGNER_SECRET_ARN: secretArn, LIGHTERMAIL_LINK_SIGNER_ROLE_ARN: roleArn } = config;
  if (secretArn !== undefined) {
    const credentials = createLinkSignerCredentials(createSecretsManagerClient(), secretArn);
    return { signer: createS3Client({ credentials }) };
  }
  if (roleArn === undefined) return {};
  const credentials = createAssumedRoleCredentials(createStsClient(), roleArn, clock);
  return { signer: createS3Client({ credentials }), signerIsSession: true };
}
