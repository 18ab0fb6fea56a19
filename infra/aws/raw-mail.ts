import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, EventType, type IBucket } from 'aws-cdk-lib/aws-s3';
import { SnsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { rawPrefix, rawRetentionDays } from '../topology.ts';
import { SecureTopic } from './secure-topic.ts';

export interface RawMailProps {
  /** The rule set whose rules write the mail. */
  readonly ruleSetName: string;
  /** A bucket that exists: its policy, encryption and lifecycle stay its owner's. */
  readonly existing?: { readonly bucketName: string; readonly prefix: string } | undefined;
  readonly arrivalEmail?: string | undefined;
}

/**
 * Where mail arrives: the raw bucket, the arrival topic, and the notification between them, in one stack because each
 * refers to the other.
 */
export class RawMail extends Construct {
  readonly bucket: Bucket | IBucket;
  /** Every raw mail's key begins with this. */
  readonly prefix: string;
  readonly arrivalTopic: ITopic;

  constructor(scope: Construct, id: string, props: RawMailProps) {
    super(scope, id);
    const { existing } = props;
    this.prefix = `${existing?.prefix ?? ''}${rawPrefix}`;
    const topic = new SecureTopic(this, 'Arrival', {
      displayName: 'Lightermail: a mail has arrived',
      publisher: { service: 's3.amazonaws.com', sourceArns: [this.sourceArn(existing?.bucketName)] },
      email: props.arrivalEmail,
    });
    this.arrivalTopic = topic.topic;
    this.bucket = existing ? this.useBucket(existing.bucketName) : this.makeBucket(props.ruleSetName, topic);
  }

  /**
   * A made bucket's name is not known before the topic's policy, which must stand before the bucket's notification:
   * the policy names the bucket by how CloudFormation begins its name.
   */
  private sourceArn(bucketName: string | undefined): string {
    const ownNames = `${Stack.of(this).stackName.toLowerCase().slice(0, safeNameLength)}*`;
    return `arn:${Aws.PARTITION}:s3:::${bucketName ?? ownNames}`;
  }

  private makeBucket(ruleSetName: string, topic: SecureTopic): Bucket {
    const retention = Duration.days(rawRetentionDays);
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'forget-raw-mail',
          expiration: retention,
          noncurrentVersionExpiration: retention,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    for (const statement of writerStatements(this, bucket, this.prefix, ruleSetName))
      bucket.addToResourcePolicy(statement);
    this.notify(bucket, topic);
    return bucket;
  }

  /** The bucket's own property: no custom resource, and so no role that may change every bucket's notifications. */
  private notify(bucket: Bucket, topic: SecureTopic): void {
    const resource = bucket.node.defaultChild;
    if (!(resource instanceof CfnBucket)) throw new Error('the bucket has no resource of its own');
    const rules = [{ name: 'prefix', value: this.prefix }];
    resource.notificationConfiguration = {
      topicConfigurations: [
        { event: EventType.OBJECT_CREATED, topic: topic.topic.topicArn, filter: { s3Key: { rules } } },
      ],
    };
    // S3 tries the topic when the notification is made.
    resource.node.addDependency(topic);
  }

  /** CDK's custom resource adds our notification to those the bucket has, and takes only ours away again. */
  private useBucket(bucketName: string): IBucket {
    const bucket = Bucket.fromBucketName(this, 'Bucket', bucketName);
    bucket.addEventNotification(EventType.OBJECT_CREATED, new SnsDestination(this.arrivalTopic), {
      prefix: this.prefix,
    });
    return bucket;
  }
}

/** CloudFormation shortens long parts of a generated bucket name, but never this far. */
const safeNameLength = 20;

/**
 * Who may write raw mail: SES, for the rules of one rule set of this account, and nobody else. The prefix of a key names
 * the route, so that whoever can write there can choose the sender's rights.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
 */
export function writerStatements(
  scope: Construct,
  bucket: Bucket | IBucket,
  prefix: string,
  ruleSetName: string,
): readonly PolicyStatement[] {
  const { account, partition, region } = Stack.of(scope);
  const ruleArn = `arn:${partition}:ses:${region}:${account}:receipt-rule-set/${ruleSetName}:receipt-rule/*`;
  return [
    new PolicyStatement({
      sid: 'SesWritesRawMail',
      principals: [new ServicePrincipal('ses.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${prefix}*`)],
      conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': ruleArn } },
    }),
    new PolicyStatement({
      sid: 'NobodyElseWritesRawMail',
      effect: Effect.DENY,
      principals: [new StarPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${prefix}*`)],
      conditions: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    }),
  ];
}
