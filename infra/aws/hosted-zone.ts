import type { Zone } from './dns-records.ts';
import type { AwsSettings } from './settings.ts';

/** The zone that the settings name, if any. */
export function zoneOf({ hostedZoneId, hostedZoneName }: AwsSettings): Zone | undefined {
  if (hostedZoneId === undefined || hostedZoneName === undefined) return undefined;
  return { id: hostedZoneId, name: hostedZoneName };
}
