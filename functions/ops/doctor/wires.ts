import type { AwsConfig } from '../../../shared/runtime/aws-config.ts';
import { findArrival } from './check-raw-mail.ts';
import type { TopicWire } from './check-topics.ts';
import { type Deployment, homeOf } from './deployment.ts';

/** The configuration sets that mail is sent with. */
export function configurationSetsOf(config: AwsConfig): readonly string[] {
  const names = [config.LIGHTERMAIL_CONFIGURATION_SET, config.LIGHTERMAIL_INTACT_CONFIGURATION_SET];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** The topic that tells of arrivals, as the raw bucket names it; absent when it tells a queue itself, or nobody. */
export async function arrivalWire({ config, facts, partition }: Deployment): Promise<TopicWire | undefined> {
  const bucket = config.LIGHTERMAIL_RAW_BUCKET;
  const arrival = findArrival(await facts.buckets.notifications(bucket), config.LIGHTERMAIL_RAW_PREFIX);
  if (arrival === undefined || !arrival.targetArn.includes(':sns:')) return undefined;
  return {
    name: 'arrival topic',
    topicArn: arrival.targetArn,
    publishers: [{ service: 's3.amazonaws.com', sourceArn: `arn:${partition}:s3:::${bucket}` }],
    queue: { name: 'inbound', url: config.LIGHTERMAIL_INBOUND_QUEUE_URL },
  };
}

/** The topics that SES tells of sent mail, as the configuration sets name them. */
export async function eventWires({ config, facts, partition, region }: Deployment): Promise<readonly TopicWire[]> {
  const { accountId } = homeOf(config);
  const setsOf = new Map<string, string[]>();
  for (const name of configurationSetsOf(config)) {
    const set = await facts.sending.configurationSet(name);
    const topics = new Set(set?.destinations.flatMap(({ topicArn }) => (topicArn === undefined ? [] : [topicArn])));
    for (const topicArn of topics) setsOf.set(topicArn, [...(setsOf.get(topicArn) ?? []), name]);
  }
  return [...setsOf].map(([topicArn, names]) => ({
    name: 'event topic',
    topicArn,
    publishers: names.map((name) => ({
      service: 'ses.amazonaws.com',
      sourceArn: `arn:${partition}:ses:${region}:${accountId}:configuration-set/${name}`,
    })),
    queue: { name: 'engagement', url: config.LIGHTERMAIL_ENGAGEMENT_QUEUE_URL },
  }));
}

/** The topics that people and other systems listen to. */
export function noticeWires(config: AwsConfig): readonly TopicWire[] {
  const others = {
    'email events topic': config.LIGHTERMAIL_EMAIL_EVENTS_TOPIC_ARN,
    'processed topic': config.LIGHTERMAIL_PROCESSED_TOPIC_ARN,
  };
  return [
    { name: 'fallback topic', topicArn: config.LIGHTERMAIL_FALLBACK_TOPIC_ARN, publishers: [] },
    ...Object.entries(others).flatMap(([name, topicArn]) =>
      topicArn === undefined ? [] : [{ name, topicArn, publishers: [], mayBeUnheard: true }],
    ),
  ];
}
