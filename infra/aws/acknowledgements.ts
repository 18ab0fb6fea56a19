import { type Stack, Validations } from 'aws-cdk-lib';
import type { LightermailStacks } from './lightermail-stacks.ts';

interface Acknowledgement {
  /** The finding's id, as cdk-nag's AwsSolutions rules give it. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Says of every finding of cdk-nag's AwsSolutions rules that is not mended why it is not. A finding that is not named
 * here stops the synthesis.
 */
export function acknowledgeFindings({ data, pipeline, receiving, webhook }: LightermailStacks): void {
  acknowledge(data, [...dataFindings, ...(receiving === undefined ? [] : writerFindings(data))]);
  acknowledge(pipeline, [...pipelineFindings, ...prefixFindings(data)]);
  if (receiving !== undefined) acknowledge(receiving, receivingFindings);
  if (webhook !== undefined) acknowledge(webhook, webhookFindings);
}

function acknowledge(stack: Stack, all: readonly Acknowledgement[]): void {
  Validations.of(stack).acknowledge(...all);
}

const dataFindings: readonly Acknowledgement[] = [
  {
    id: 'AwsSolutions-S1',
    reason:
      'Server access logs would keep who fetched what longer than the mail itself. Who needs a trail turns on CloudTrail data events for the account.',
  },
  {
    id: 'AwsSolutions-SMG4',
    reason:
      'A new link secret only changes the tokens of links mailed from then on, and a mail that is processed again would get other links than before. It is changed by hand after a leak.',
  },
  {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    reason:
      "CDK's handler for the notifications of an existing bucket writes its own log, and nothing else, by this policy.",
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      "CDK's handler for the notifications of an existing bucket is shared by all buckets of a stack: its role may read and change notifications only.",
  },
  {
    id: 'AwsSolutions-DDB3',
    reason: 'Only the table of a trial (ephemeral=true) has no way back in time: it goes with its stack.',
  },
];

const pipelineFindings: readonly Acknowledgement[] = [
  {
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*]',
    reason: 'GuardDuty chooses the end of the name of the rule that it makes for itself.',
  },
  {
    id: 'AwsSolutions-SQS3',
    reason:
      'The queues named Undelivered are themselves dead-letter queues, of SNS subscriptions: the rule only knows those of queues.',
  },
  {
    id: 'AwsSolutions-APIG4',
    reason:
      'A link must open for its recipient, who has no account: the token in its path, at least 128 bits, is the authority. The console asks for its own token before it answers anything.',
  },
  {
    id: 'AwsSolutions-SMG4',
    reason:
      'A new console token ends every session and must reach the operators: they change it when one of them leaves.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'The active receipt rule set belongs to the account: SES knows no resource for the calls that read and set it. X-Ray knows none for traces.',
  },
];

const receivingFindings: readonly Acknowledgement[] = [
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'The active receipt rule set belongs to the account: SES knows no resource for the calls that read and set it.',
  },
];

const webhookFindings: readonly Acknowledgement[] = [
  {
    id: 'AwsSolutions-VPC7',
    reason:
      'Only the load balancer can be reached from outside, and the tasks log what they take and refuse. Who needs a trail of connections turns on flow logs for the account.',
  },
  {
    id: 'AwsSolutions-EC23',
    reason: 'SNS posts from addresses that change. Only HTTPS is open, and each message is verified by its signature.',
  },
  {
    id: 'AwsSolutions-ELB2',
    reason:
      'The tasks log each message by its id. Access logs would add the addresses of SNS alone, and need a bucket whose policy depends on the region.',
  },
  {
    id: 'AwsSolutions-ECS2',
    reason: 'The environment of the tasks holds names and places, no secret.',
  },
  {
    id: 'AwsSolutions-SQS3',
    reason: 'The queue named Undelivered is itself the dead-letter queue of an SNS subscription.',
  },
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ECR knows no resource for the call that gives a token to pull with.',
  },
];

/** SES's role writes under the prefix of raw mail. */
function writerFindings(data: LightermailStacks['data']): readonly Acknowledgement[] {
  const { bucket, prefix } = data.raw;
  return [
    {
      id: `AwsSolutions-IAM5[Resource::${shownHere(data, bucket.bucketArn)}/${prefix}*]`,
      reason: 'SES makes the keys of raw mail as it arrives: the prefix is as narrow as a policy can name them.',
    },
  ];
}

/** A function reaches the objects under its own prefixes, whose names are made as mail arrives. */
function prefixFindings(data: LightermailStacks['data']): readonly Acknowledgement[] {
  const prefixes = [
    { bucketArn: data.raw.bucket.bucketArn, prefix: data.raw.prefix },
    { bucketArn: data.files.bucket.bucketArn, prefix: 'files/' },
    { bucketArn: data.files.bucket.bucketArn, prefix: 'mime/' },
  ];
  return prefixes.map(({ bucketArn, prefix }) => ({
    id: `AwsSolutions-IAM5[Resource::${shownArn(data, bucketArn)}/${prefix}*]`,
    reason: `The keys under ${prefix} are made as mail arrives: the prefix is as narrow as a policy can name them.`,
  }));
}

/** A bucket's ARN as cdk-nag shows it in the other stack: the name of its export, or what it is joined of. */
function shownArn(data: LightermailStacks['data'], bucketArn: string): string {
  const resolved = data.resolve(bucketArn);
  return 'Fn::GetAtt' in resolved
    ? data.resolve(data.exportValue(bucketArn))['Fn::ImportValue']
    : joined(resolved['Fn::Join'][1]);
}

/** The same in the bucket's own stack. */
function shownHere(data: LightermailStacks['data'], bucketArn: string): string {
  const resolved = data.resolve(bucketArn);
  return 'Fn::GetAtt' in resolved ? `<${resolved['Fn::GetAtt'].join('.')}>` : joined(resolved['Fn::Join'][1]);
}

function joined(parts: readonly (string | { Ref: string })[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}
