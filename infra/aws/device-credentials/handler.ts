import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { answerRequest } from '../custom-resource/answer.ts';
import { sendAnswer } from '../custom-resource/send-answer.ts';
import type { AccessKeys } from './access-keys.ts';
import type { CredentialSecret } from './credential-secret.ts';
import { type DeviceKeysEvent, failedPhysicalId, handleDeviceKeys } from './remove-keys.ts';
import { type RotationParts, rotateCredentials } from './rotate-credentials.ts';

export interface DeviceCredentialsParts extends Pick<RotationParts, 'region' | 'isAccepted'> {
  /** Whose keys are rotated. */
  readonly userName: string;
  readonly keysOf: (userName: string) => AccessKeys;
  readonly secretOf: (secretId: string) => CredentialSecret;
}

export type DeviceCredentialsEvent = SecretsManagerRotationEvent | DeviceKeysEvent;

/** Answers Secrets Manager, which rotates the credentials, and CloudFormation, which takes the keys away at the end. */
export function deviceCredentialsHandler(parts: DeviceCredentialsParts) {
  return async (event: DeviceCredentialsEvent): Promise<void> => {
    if ('RequestType' in event) {
      const handle = (asked: DeviceKeysEvent) => handleDeviceKeys(asked, parts.keysOf);
      await sendAnswer(event.ResponseURL, await answerRequest(event, handle, failedPhysicalId));
      return;
    }
    const { region, isAccepted } = parts;
    const rotation = { secret: parts.secretOf(event.SecretId), keys: parts.keysOf(parts.userName), region, isAccepted };
    await rotateCredentials({ step: event.Step, version: event.ClientRequestToken }, rotation);
  };
}
