import type { AccessKeys } from './access-keys.ts';
import type { CredentialSecret, SmtpCredentials } from './credential-secret.ts';
import { toSmtpPassword } from './smtp-password.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
export type RotationStep = 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';

export interface RotationRequest {
  readonly step: RotationStep;
  /** The version that is to become the current one. */
  readonly version: string;
}

export interface RotationParts {
  readonly secret: CredentialSecret;
  readonly keys: AccessKeys;
  /** Of the SMTP interface: a password is derived for one region. */
  readonly region: string;
  /** Whether the SMTP interface takes the credentials. @throws Error when it cannot be asked */
  readonly isAccepted: (credentials: SmtpCredentials) => Promise<boolean>;
}

/**
 * One step of a rotation; each may come again after a failure.
 *
 * 1. createSecret: every key but the current one is taken away, a new one is made, and its password put down.
 *    Devices that still have the password before the current one stop here, a whole rotation after it was replaced.
 * 2. setSecret: IAM made the key in force with its creation: nothing is left to do.
 * 3. testSecret: the SMTP interface takes the new password.
 * 4. finishSecret: the new password is the current one. The one before it goes on working until the next rotation, so
 *    that devices can be changed one by one.
 *
 * @throws Error when the version is not being rotated, and when the new password is not accepted: the current one stays
 */
export async function rotateCredentials({ step, version }: RotationRequest, parts: RotationParts): Promise<void> {
  const stage = await parts.secret.readStage(version);
  if (stage === 'current') return;
  if (stage === 'unknown') throw new Error('the version is not being rotated: start with rotate-secret');
  switch (step) {
    case 'createSecret':
      return await createCredentials(version, parts);
    case 'setSecret':
      return;
    case 'testSecret':
      return await testCredentials(version, parts);
    case 'finishSecret':
      return await parts.secret.promote(version);
  }
}

async function createCredentials(version: string, { secret, keys, region }: RotationParts): Promise<void> {
  if ((await secret.readPending(version)) !== undefined) return;
  const current = await secret.readCurrent();
  for (const id of await keys.list()) if (id !== current.username) await keys.remove(id);
  const key = await keys.create();
  const password = toSmtpPassword(key.secret, region);
  await secret.writePending(version, { ...current, username: key.id, password });
}

async function testCredentials(version: string, { secret, isAccepted }: RotationParts): Promise<void> {
  const pending = await secret.readPending(version);
  if (pending === undefined) throw new Error('the version has no value yet: createSecret did not end');
  if (!(await isAccepted(pending))) throw new Error('the SMTP interface does not take the new password');
}
