import { Aws, Duration, Names, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, EventType, type IBucket } from 'aws-cdk-lib/aws-s3';
import { SnsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { rawPrefix, rawRetentionDays } from '../topology.ts';
import { bucketRemovalOf } from './keeping.ts';
import { RawMailWriter, type WritingRules, writerStatements } from './raw-mail-writer.ts';
import { SecureTopic } from './secure-topic.ts';

export interface RawMailProps {
  /** The rules that write the mail. */
  readonly rules: WritingRules;
  /** A bucket that exists: its policy, encryption and lifecycle stay its owner's. */
  readonly existing?: { readonly bucketName: string; readonly prefix: string } | undefined;
  readonly arrivalEmail?: string | undefined;
  readonly ephemeral: boolean;
  /** What the bucket is encrypted with, where that is a key of one's own. */
  readonly keyArn?: string | undefined;
}

/** Where receipt rules write, by names that hold in every region. */
export interface ReceiptTarget {
  readonly bucketName: string;
  /** Every raw mail's key begins with this. */
  readonly prefix: string;
  /** The role that SES writes by, from another region. */
  readonly roleArn?: string | undefined;
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
  readonly target: ReceiptTarget;
  /** The bucket's ARN for policies that must stand before it: exact where its name is known, else how it begins. */
  readonly sourceArn: string;
  /** What the bucket's policy holds, or an existing bucket's must. */
  readonly writers: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, props: RawMailProps) {
    super(scope, id);
    const { existing, rules } = props;
    this.prefix = `${existing?.prefix ?? ''}${rawPrefix}`;
    const name = existing?.bucketName ?? (rules.sesRegion === undefined ? undefined : this.fixedName());
    this.sourceArn = this.toSourceArn(name);
    const topic = new SecureTopic(this, 'Arrival', {
      displayName: 'Lightermail: a mail has arrived',
      publisher: { service: 's3.amazonaws.com', sourceArns: [this.sourceArn] },
      email: props.arrivalEmail,
    });
    this.arrivalTopic = topic.topic;
    const bucket = existing ? this.useBucket(existing.bucketName) : this.makeBucket(name, props.ephemeral);
    const objectsArn = bucket.arnForObjects(`${this.prefix}*`);
    const keyArn = existing === undefined ? props.keyArn : undefined;
    const writer =
      rules.sesRegion === undefined ? undefined : new RawMailWriter(this, 'Writer', { ...rules, objectsArn, keyArn });
    this.writers = writerStatements(this, rules, objectsArn, writer?.roleArn);
    if (bucket instanceof Bucket) this.open(bucket, topic);
    this.bucket = bucket;
    this.target = { bucketName: name ?? bucket.bucketName, prefix: this.prefix, roleArn: writer?.roleArn };
  }

  /** A name that the stack in SES's region can say too. Bucket names are the world's: it holds account and region. */
  private fixedName(): string {
    const { account, region } = Stack.of(this);
    const maxLength = longestBucketName - accountLength - region.length - 2;
    return `${Names.uniqueResourceName(this, { maxLength, separator: '-' }).toLowerCase()}-${account}-${region}`;
  }

  /**
   * A made bucket's name is not known before the topic's policy, which must stand before the bucket's notification:
   * the policy names the bucket by how CloudFormation begins its name.
   */
  private toSourceArn(bucketName: string | undefined): string {
    const ownNames = `${Stack.of(this).stackName.toLowerCase().slice(0, safeNameLength)}*`;
    return `arn:${Aws.PARTITION}:s3:::${bucketName ?? ownNames}`;
  }

  private makeBucket(bucketName: string | undefined, ephemeral: boolean): Bucket {
    const retention = Duration.days(rawRetentionDays);
    return new Bucket(this, 'Bucket', {
      ...(bucketName === undefined ? {} : { bucketName }),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      ...bucketRemovalOf(ephemeral),
      lifecycleRules: [
        {
          id: 'forget-raw-mail',
          expiration: retention,
          noncurrentVersionExpiration: retention,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
  }

  /** Lets SES write into the bucket that was made, and has it tell of each mail. */
  private open(bucket: Bucket, topic: SecureTopic): void {
    for (const statement of this.writers) bucket.addToResourcePolicy(statement);
    this.notify(bucket, topic);
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

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const longestBucketName = 63;
const accountLength = 12;
