import { functions, type QueueName, queueNames } from '../../../infra/topology.ts';
import type { Route } from '../../../shared/contracts/route.ts';
import type { DeploymentFacts } from '../../../shared/ports/deployment-facts.ts';
import type { Clock } from '../../../shared/ports/platform.ts';
import type { AwsConfig } from '../../../shared/runtime/aws-config.ts';
import type { QueuePair } from './check-queues.ts';
import type { Dns } from './dns.ts';

/** A deployment on AWS with everything that its checks ask. */
export interface Deployment {
  readonly config: AwsConfig;
  readonly facts: DeploymentFacts;
  readonly dns: Dns;
  readonly clock: Clock;
  /** Where everything stands, and where SES takes mail in. */
  readonly region: string;
  readonly sesRegion: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly stackName?: string;
  routes(): Promise<readonly Route[]>;
  /** A server of AWS's, for its date. */
  askDate(): Promise<Date>;
  /** The status that a web address answers with. */
  askLinks(url: string): Promise<number>;
}

/** The home of a deployment, as the ARN of its fallback topic tells it. */
export function homeOf(config: Pick<AwsConfig, 'LIGHTERMAIL_FALLBACK_TOPIC_ARN'>) {
  const [, partition = 'aws', , region = '', accountId = ''] = config.LIGHTERMAIL_FALLBACK_TOPIC_ARN.split(':');
  return { partition, region, accountId };
}

/** The queues that the functions are set to. */
export function queuePairs(config: AwsConfig): readonly QueuePair[] {
  const urls: Readonly<Record<QueueName, readonly [string | undefined, string | undefined]>> = {
    inbound: [config.LIGHTERMAIL_INBOUND_QUEUE_URL, config.LIGHTERMAIL_INBOUND_DLQ_URL],
    outbound: [config.LIGHTERMAIL_OUTBOUND_QUEUE_URL, config.LIGHTERMAIL_OUTBOUND_DLQ_URL],
    engagement: [config.LIGHTERMAIL_ENGAGEMENT_QUEUE_URL, config.LIGHTERMAIL_ENGAGEMENT_DLQ_URL],
    links: [config.LIGHTERMAIL_LINKS_QUEUE_URL, config.LIGHTERMAIL_LINKS_DLQ_URL],
  };
  const timeouts = Object.values(functions);
  return queueNames.flatMap((name) => {
    const [url, deadLettersUrl] = urls[name];
    const timeoutSeconds = timeouts.find(({ source }) => source?.queue === name)?.timeoutSeconds ?? 0;
    return url === undefined || deadLettersUrl === undefined ? [] : [{ name, url, deadLettersUrl, timeoutSeconds }];
  });
}

export const queueNameOf = (url: string) => url.split('/').at(-1) ?? '';
