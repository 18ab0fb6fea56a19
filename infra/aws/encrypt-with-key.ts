import { Aspects, type IAspect, type Stack } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** Has every bucket, table, queue, topic and log group of a stack, whoever makes it, encrypted with one key. */
export function encryptWithKey(stack: Stack, key: IKey): void {
  Aspects.of(stack).add(new Encryption(key.keyArn));
}

class Encryption implements IAspect {
  private readonly keyArn: string;

  constructor(keyArn: string) {
    this.keyArn = keyArn;
  }

  visit(node: IConstruct): void {
    if (node instanceof CfnLogGroup) node.kmsKeyId = this.keyArn;
    if (node instanceof CfnTopic) node.kmsMasterKeyId = this.keyArn;
    if (node instanceof CfnQueue) {
      node.kmsMasterKeyId = this.keyArn;
      // One kind of encryption excludes the other.
      node.sqsManagedSseEnabled = false;
    }
    if (node instanceof CfnTable) {
      node.sseSpecification = { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: this.keyArn };
    }
    if (node instanceof CfnBucket) this.encryptBucket(node);
  }

  /** S3 asks KMS once for many objects, by a key of the bucket's own under ours. */
  private encryptBucket(bucket: CfnBucket): void {
    const byDefault = { sseAlgorithm: 'aws:kms', kmsMasterKeyId: this.keyArn };
    bucket.bucketEncryption = {
      serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: byDefault, bucketKeyEnabled: true }],
    };
  }
}
