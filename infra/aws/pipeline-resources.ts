import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStringParameter } from 'aws-cdk-lib/aws-ssm';
import { type QueueName, rawPrefix } from '../topology.ts';
import type { ConfigurationSets } from './configuration-sets.ts';
import type { DataStack } from './data-stack.ts';
import { keyStatement } from './key-permissions.ts';
import type { LinkSigner } from './link-signer.ts';
import type { Permission, PermissionTarget } from './permissions.ts';
import type { PipelineQueue } from './pipeline-queue.ts';

/** Everything that the functions use. */
export interface PipelineResources {
  readonly data: DataStack;
  readonly queues: Readonly<Record<QueueName, PipelineQueue>>;
  readonly fallbackTopic: ITopic;
  /** CloudWatch's namespace for what this installation counts. */
  readonly metricsNamespace: string;
  readonly emailEventsTopic: ITopic;
  readonly processedTopic: ITopic;
  readonly routesParameter: IStringParameter;
  readonly configurationSets: ConfigurationSets;
  /** The region whose SES takes mail in, where it is another one. */
  readonly sesRegion: string | undefined;
  /** Emails a second that SES lets the account send. */
  readonly maxSendRate: number;
  readonly linkSigner: LinkSigner;
  /** What a function that sends may send as. */
  readonly senderScope: Pick<PolicyStatementProps, 'resources' | 'conditions'>;
}

/** The environment of every function: where everything stands. */
export function toEnvironment(resources: PipelineResources, publicUrl: string): Readonly<Record<string, string>> {
  const { data, queues, configurationSets } = resources;
  return {
    LIGHTERMAIL_RAW_BUCKET: data.raw.bucket.bucketName,
    LIGHTERMAIL_FILES_BUCKET: data.files.bucket.bucketName,
    LIGHTERMAIL_TABLE: data.table.tableName,
    LIGHTERMAIL_INBOUND_QUEUE_URL: queues.inbound.queue.queueUrl,
    LIGHTERMAIL_INBOUND_DLQ_URL: queues.inbound.deadLetters.queueUrl,
    LIGHTERMAIL_OUTBOUND_QUEUE_URL: queues.outbound.queue.queueUrl,
    LIGHTERMAIL_OUTBOUND_DLQ_URL: queues.outbound.deadLetters.queueUrl,
    LIGHTERMAIL_ENGAGEMENT_QUEUE_URL: queues.engagement.queue.queueUrl,
    LIGHTERMAIL_ENGAGEMENT_DLQ_URL: queues.engagement.deadLetters.queueUrl,
    LIGHTERMAIL_LINKS_QUEUE_URL: queues.links.queue.queueUrl,
    LIGHTERMAIL_LINKS_DLQ_URL: queues.links.deadLetters.queueUrl,
    LIGHTERMAIL_FALLBACK_TOPIC_ARN: resources.fallbackTopic.topicArn,
    LIGHTERMAIL_EMAIL_EVENTS_TOPIC_ARN: resources.emailEventsTopic.topicArn,
    LIGHTERMAIL_PROCESSED_TOPIC_ARN: resources.processedTopic.topicArn,
    LIGHTERMAIL_MAX_SEND_RATE: String(resources.maxSendRate),
    LIGHTERMAIL_ROUTES_PARAMETER: resources.routesParameter.parameterName,
    LIGHTERMAIL_LINK_SECRET_ARN: data.linkSecret.secretArn,
    LIGHTERMAIL_CONFIGURATION_SET: configurationSets.trackingName,
    LIGHTERMAIL_INTACT_CONFIGURATION_SET: configurationSets.intactName,
    LIGHTERMAIL_PUBLIC_URL: publicUrl,
    LIGHTERMAIL_METRICS_NAMESPACE: resources.metricsNamespace,
    // Only where mail comes in through another region: the functions' own is believed else.
    ...(resources.sesRegion === undefined ? {} : { LIGHTERMAIL_SES_REGION: resources.sesRegion }),
    // An existing bucket has a folder for us: only then does a raw mail's key begin otherwise.
    ...(data.raw.prefix === rawPrefix ? {} : { LIGHTERMAIL_RAW_PREFIX: data.raw.prefix }),
  };
}

/** A function's permissions as IAM takes them, one statement each; none about what this deployment does not have. */
export function toStatements(
  permissions: readonly Permission[],
  resources: PipelineResources,
): readonly PolicyStatementProps[] {
  const arns = targetArns(resources);
  const { key, region } = resources.data;
  const statements = permissions.flatMap(({ actions, on }) => {
    if (on.includes('sender')) return [{ actions: [...actions], ...resources.senderScope }];
    const named = on.flatMap((target) => (target === 'sender' ? [] : (arns[target] ?? [])));
    return named.length === 0 ? [] : [{ actions: [...actions], resources: named }];
  });
  return key === undefined ? statements : [...statements, ...keyStatement(permissions, { keyArn: key.keyArn, region })];
}

type TargetArns = Readonly<Record<Exclude<PermissionTarget, 'sender'>, string | undefined>>;

function targetArns(resources: PipelineResources): TargetArns {
  const { data, queues } = resources;
  return {
    rawBucket: data.raw.bucket.bucketArn,
    rawObjects: data.raw.bucket.arnForObjects(`${data.raw.prefix}*`),
    filesBucket: data.files.bucket.bucketArn,
    fileObjects: data.files.bucket.arnForObjects('files/*'),
    mimeObjects: data.files.bucket.arnForObjects('mime/*'),
    table: data.table.tableArn,
    inboundQueue: queues.inbound.queue.queueArn,
    inboundDeadLetters: queues.inbound.deadLetters.queueArn,
    outboundQueue: queues.outbound.queue.queueArn,
    outboundDeadLetters: queues.outbound.deadLetters.queueArn,
    engagementQueue: queues.engagement.queue.queueArn,
    engagementDeadLetters: queues.engagement.deadLetters.queueArn,
    linksQueue: queues.links.queue.queueArn,
    linksDeadLetters: queues.links.deadLetters.queueArn,
    fallbackTopic: resources.fallbackTopic.topicArn,
    emailEventsTopic: resources.emailEventsTopic.topicArn,
    processedTopic: resources.processedTopic.topicArn,
    arrivalTopic: data.raw.arrivalTopic.topicArn,
    routesParameter: resources.routesParameter.parameterArn,
    linkSecret: data.linkSecret.secretArn,
    linkSignerSecret: resources.linkSigner.secretArn,
    linkSignerRole: resources.linkSigner.roleArn,
  };
}
