import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { WritingRules } from './raw-mail-writer.ts';

/** What a service asks of the key to put something into a resource that is encrypted with it. */
const putActions = ['kms:GenerateDataKey*', 'kms:Decrypt'];

export interface KeyUsers {
  /** The rules that write raw mail; from another region they write by a role, which has its own policy. */
  readonly rules: WritingRules;
  /** The raw bucket's ARN, or how it begins. */
  readonly rawBucketArn: string;
  /** Whether EventBridge puts results of scans into a queue. */
  readonly takesEvents: boolean;
}

/**
 * The services that must use the key by themselves, each for this account alone and for the resources it does it for:
 * S3, SES and CloudWatch publish to encrypted topics, SNS sends to encrypted queues, SES writes raw mail. None of them
 * could under the keys that AWS manages, whose policies cannot be changed.
 *
 * S3 and SES try the topic when it is given to them, so that a statement too narrow stops a deployment, not mail.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
 */
export function keyUserStatements(stack: Stack, users: KeyUsers): readonly PolicyStatement[] {
  const { account, partition, region } = stack;
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const user = (sid: string, service: string, sourceArn: string) =>
    new PolicyStatement({
      sid,
      principals: [new ServicePrincipal(service)],
      actions: putActions,
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': sourceArn } },
    });
  const rulesArn = arn('ses', `receipt-rule-set/${users.rules.ruleSetName}:receipt-rule/*`);
  return [
    user('S3TellsOfArrivals', 's3.amazonaws.com', users.rawBucketArn),
    ...(users.rules.sesRegion === undefined ? [user('SesWritesRawMail', 'ses.amazonaws.com', rulesArn)] : []),
    user('SesTellsOfEmails', 'ses.amazonaws.com', arn('ses', 'configuration-set/*')),
    user('TopicsFillQueues', 'sns.amazonaws.com', arn('sns', '*')),
    user('AlarmsRing', 'cloudwatch.amazonaws.com', arn('cloudwatch', 'alarm:*')),
    ...(users.takesEvents ? [eventsStatement()] : []),
    logsStatement(stack),
  ];
}

/** EventBridge names neither account nor rule to the key: a condition on them would lose every result. */
function eventsStatement(): PolicyStatement {
  return new PolicyStatement({
    sid: 'ScansTellResults',
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: putActions,
    resources: ['*'],
  });
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
function logsStatement({ account, partition, region }: Stack): PolicyStatement {
  return new PolicyStatement({
    sid: 'LogsAreKept',
    principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    resources: ['*'],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
    },
  });
}
