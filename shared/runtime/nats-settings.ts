import { rawPrefix } from '../../infra/topology.ts';
import type { PlatformSettings } from '../ports/platform.ts';
import type { NatsRelayConfig } from './nats-config.ts';

/** SES takes mail of up to 40 MB. @see https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const maxMailBytes = 40 * 1024 * 1024;

/** The settings of the outbound stage for mail that is attempted once while its caller waits: nothing is tried again. */
export function toRelayPlatformSettings({ configurationSet }: NatsRelayConfig): PlatformSettings {
  return {
    rawPrefix,
    // The relay mails what it is given: it makes no links.
    publicUrl: '',
    linkDelivery: 'redirect',
    ...(configurationSet === undefined ? {} : { configurationSet }),
    maxSendAttempts: 1,
    uncertainSeconds: 28,
    whenUncertain: 'park',
    maxMailBytes,
    inboundMaxReceiveCount: 1,
    outboundMaxReceiveCount: 1,
  };
}
