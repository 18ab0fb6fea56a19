import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { assumedRoleSeconds } from '../../contracts/route.ts';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { Clock } from '../../ports/platform.ts';
import { toAwsMailError } from './aws-errors.ts';

/** Credentials that end, and say when. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** A session older than this is not signed with any more: links would last less than 55 minutes. Unit: milliseconds. */
const freshMs = 5 * 60_000;

/**
 * A credential provider for a client that signs links: assumes a role for an hour, so that the end of what it signs is
 * known, which that of a function's own credentials is not. A session is used for five minutes, then assumed anew.
 */
export function createAssumedRoleCredentials(client: STSClient, roleArn: string, clock: Clock) {
  let session: { readonly credentials: SessionCredentials; readonly begunMs: number } | undefined;
  return async (): Promise<SessionCredentials> => {
    const nowMs = clock.now().getTime();
    if (session !== undefined && nowMs - session.begunMs < freshMs) return session.credentials;
    session = { credentials: await assume(client, roleArn), begunMs: nowMs };
    return session.credentials;
  };
}

async function assume(client: STSClient, RoleArn: string): Promise<SessionCredentials> {
  const command = new AssumeRoleCommand({
    RoleArn,
    RoleSessionName: 'lightermail-links',
    DurationSeconds: assumedRoleSeconds,
  });
  const answer = await client.send(command).catch((error: unknown) => {
    throw toAwsMailError(error, 'sts AssumeRole', 'ERR_CREDENTIALS');
  });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (
    AccessKeyId === undefined ||
    SecretAccessKey === undefined ||
    SessionToken === undefined ||
    Expiration === undefined
  ) {
    throw new TransientMailError('ERR_CREDENTIALS', 'sts AssumeRole gave no credentials');
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
