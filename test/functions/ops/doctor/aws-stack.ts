import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateReceiptRuleCommand,
  CreateReceiptRuleSetCommand,
  SESClient,
  SetActiveReceiptRuleSetCommand,
} from '@aws-sdk/client-ses';
import { CreateConfigurationSetCommand, CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { functions, type QueueName, queueNames, queues } from '../../../../infra/topology.ts';
import { makeQueue } from '../../../shared/adapters/aws/queue-stand-in.ts';
import type { AwsStandIn } from '../../../support/aws-stand-in.ts';

const daySeconds = 86_400;

/** What the stacks make, as far as doctor looks at it, by the SDK; answers the settings of the functions. */
export async function makeDeployment({ settings, accountId }: AwsStandIn): Promise<Record<string, string>> {
  const { region } = settings;
  const sqs = new SQSClient(settings);
  const environment: Record<string, string> = {};
  const arns: Record<string, string> = {};
  for (const name of queueNames) {
    const retention = { MessageRetentionPeriod: String(queues[name].retentionDays * daySeconds) };
    const dead = await makeQueue(sqs, `${name}-dead`, retention);
    const queue = await makeQueue(sqs, name, {
      ...retention,
      VisibilityTimeout: String(queues[name].visibilitySeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: queues[name].maxReceiveCount }),
    });
    environment[`LIGHTERMAIL_${name.toUpperCase()}_QUEUE_URL`] = queue.url;
    environment[`LIGHTERMAIL_${name.toUpperCase()}_DLQ_URL`] = dead.url;
    arns[name] = queue.arn;
  }
  const sns = new SNSClient(settings);
  const makeTopic = async (name: string, service: string, queue?: string) => {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
    const policy = allow(service, 'sns:Publish', TopicArn, { StringEquals: { 'aws:SourceAccount': accountId } });
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue: policy }));
    if (queue === undefined) return TopicArn;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: (await makeQueue(sqs, `${queue}-undelivered`)).arn });
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arns[queue], Attributes: { RedrivePolicy } }),
    );
    const QueueUrl = environment[`LIGHTERMAIL_${queue.toUpperCase()}_QUEUE_URL`];
    const Policy = allow('sns.amazonaws.com', 'sqs:SendMessage', arns[queue] ?? '', {
      ArnEquals: { 'aws:SourceArn': TopicArn },
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    return TopicArn;
  };
  const arrival = await makeTopic('arrival', 's3.amazonaws.com', 'inbound');
  await makeTopic('events', 'ses.amazonaws.com', 'engagement');
  const fallback = await makeTopic('fallback', 'none.amazonaws.com');
  await makeBucket(new S3Client({ ...settings, forcePathStyle: true }), region, accountId, arrival);
  await makeSending(new SESv2Client(settings));
  await makeRules(new SESClient(settings));
  const route = {
    id: 'capture',
    address: 'capture@in.example.com',
    identity: 'notifications@example.com',
    allowedSenders: ['*@example.com'],
  };
  await new SSMClient(settings).send(
    new PutParameterCommand({ Name: '/routes', Type: 'String', Value: JSON.stringify([route]) }),
  );
  return {
    ...environment,
    LIGHTERMAIL_RAW_BUCKET: 'raw-bucket',
    LIGHTERMAIL_FILES_BUCKET: 'files-bucket',
    LIGHTERMAIL_TABLE: 'records',
    LIGHTERMAIL_FALLBACK_TOPIC_ARN: fallback,
    LIGHTERMAIL_ROUTES_PARAMETER: '/routes',
    LIGHTERMAIL_LINK_SECRET_ARN: `arn:aws:secretsmanager:${region}:${accountId}:secret:link-abc`,
    LIGHTERMAIL_CONFIGURATION_SET: 'tracking',
    LIGHTERMAIL_PUBLIC_URL: 'https://links.example.com',
  };
}

export function allow(service: string, action: string, resource: string, condition: object): string {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: action,
    Resource: resource,
    Condition: condition,
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

async function makeBucket(s3: S3Client, region: string, accountId: string, arrival: string): Promise<void> {
  const Bucket = 'raw-bucket';
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region as 'eu-central-1' } }),
  );
  const Policy = allow('ses.amazonaws.com', 's3:PutObject', `arn:aws:s3:::${Bucket}/raw/*`, {
    StringEquals: { 'aws:SourceAccount': accountId },
    ArnLike: { 'aws:SourceArn': `arn:aws:ses:${region}:${accountId}:receipt-rule-set/lightermail:receipt-rule/*` },
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const Filter = { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'raw/' }] } };
  const TopicConfigurations = [{ TopicArn: arrival, Events: ['s3:ObjectCreated:*' as const], Filter }];
  await s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { TopicConfigurations } }),
  );
}

async function makeSending(ses: SESv2Client): Promise<void> {
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  await ses.send(new CreateConfigurationSetCommand({ ConfigurationSetName: 'tracking' }));
}

async function makeRules(ses: SESClient): Promise<void> {
  const RuleSetName = 'lightermail';
  await ses.send(new CreateReceiptRuleSetCommand({ RuleSetName }));
  const S3Action = { BucketName: 'raw-bucket', ObjectKeyPrefix: 'raw/capture/' };
  const Rule = {
    Name: 'capture',
    Enabled: true,
    TlsPolicy: 'Require' as const,
    ScanEnabled: true,
    Recipients: ['capture@in.example.com'],
    Actions: [{ S3Action }],
  };
  await ses.send(new CreateReceiptRuleCommand({ RuleSetName, Rule }));
  await ses.send(new SetActiveReceiptRuleSetCommand({ RuleSetName }));
}

/** A stack of functions with these settings, one for each queue, each fed by its queue. */
export async function makeStack(
  { settings }: AwsStandIn,
  name: string,
  Variables: Record<string, string>,
): Promise<void> {
  const timeouts = Object.values(functions);
  const timeoutOf = (queue: QueueName) => timeouts.find(({ source }) => source?.queue === queue)?.timeoutSeconds ?? 3;
  const assume = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const toFunction = (queue: QueueName) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...{ FunctionName: `read-${queue}`, Handler: 'index.handler', Runtime: 'nodejs22.x', Timeout: timeoutOf(queue) },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: 'exports.handler = async () => undefined;' },
      Environment: { Variables },
    },
  });
  const Resources = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [assume] } },
    },
    ...Object.fromEntries(queueNames.map((queue) => [`Read${queue}`, toFunction(queue)])),
  };
  const TemplateBody = JSON.stringify({ Resources });
  await new CloudFormationClient(settings).send(
    new CreateStackCommand({ StackName: name, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }),
  );
  const lambda = new LambdaClient(settings);
  const sqs = new SQSClient(settings);
  for (const queue of queueNames) {
    const QueueUrl = Variables[`LIGHTERMAIL_${queue.toUpperCase()}_QUEUE_URL`];
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const EventSourceArn = Attributes?.QueueArn;
    await lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn, FunctionName: `read-${queue}` }));
  }
}
