import { queues } from '../../infra/topology.ts';
import type { PlatformSettings } from '../ports/platform.ts';
import type { AwsConfig } from './aws-config.ts';
import { shareSendRate } from './sending-shares.ts';

/** SES takes mail of up to 40 MB in. @see https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
export const maxSesMailBytes = 40 * 1024 * 1024;

/** The platform's settings on AWS. */
export function toAwsSettings(config: AwsConfig): PlatformSettings {
  const sesRegion = config.LIGHTERMAIL_SES_REGION ?? config.AWS_REGION;
  const configurationSet = config.LIGHTERMAIL_CONFIGURATION_SET;
  const intactConfigurationSet = config.LIGHTERMAIL_INTACT_CONFIGURATION_SET;
  return {
    publicUrl: config.LIGHTERMAIL_PUBLIC_URL,
    linkDelivery: 'redirect',
    rawPrefix: config.LIGHTERMAIL_RAW_PREFIX,
    ...(sesRegion === undefined ? {} : { sesRegion }),
    ...(configurationSet === undefined ? {} : { configurationSet }),
    ...(intactConfigurationSet === undefined ? {} : { intactConfigurationSet }),
    sendsPerSecond: shareSendRate(config.LIGHTERMAIL_MAX_SEND_RATE).sendsPerSecond,
    maxSendAttempts: config.LIGHTERMAIL_MAX_SEND_ATTEMPTS,
    uncertainSeconds: config.LIGHTERMAIL_UNCERTAIN_SECONDS,
    whenUncertain: config.LIGHTERMAIL_WHEN_UNCERTAIN,
    maxMailBytes: maxSesMailBytes,
    inboundMaxReceiveCount: queues.inbound.maxReceiveCount,
    outboundMaxReceiveCount: queues.outbound.maxReceiveCount,
  };
}
