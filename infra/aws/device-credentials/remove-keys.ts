import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { AccessKeys } from './access-keys.ts';

export interface DeviceKeysProperties {
  readonly userName: string;
}

/** A request of CloudFormation's for the custom resource that stands for a user's keys. */
export type DeviceKeysEvent = CloudFormationCustomResourceEvent<DeviceKeysProperties, DeviceKeysProperties>;

/** Before a user is known: the deletion that follows finds no keys. */
export const failedPhysicalId = 'device-keys';

/**
 * Takes every key of the user away when the resource is deleted: IAM deletes no user that has one. The rotation makes
 * them, so that nothing is done before. Gives the resource's physical id, a new one for a new user.
 */
export async function handleDeviceKeys(
  event: DeviceKeysEvent,
  keysOf: (userName: string) => AccessKeys,
): Promise<string> {
  const { userName } = event.ResourceProperties;
  if (event.RequestType !== 'Delete') return `${failedPhysicalId}/${userName}`;
  const keys = keysOf(userName);
  for (const id of await keys.list()) await keys.remove(id);
  return event.PhysicalResourceId;
}
