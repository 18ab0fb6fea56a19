import { Duration } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { mimeRetentionDays } from '../topology.ts';
import { bucketRemovalOf } from './keeping.ts';

export interface FilesBucketProps {
  /** How long an attachment is kept: at least as long as any link to it works. */
  readonly retentionDays: number;
  readonly ephemeral: boolean;
}

/** Where attachments (`files/`) and outgoing mail (`mime/`) stand, until the bucket forgets them. */
export class FilesBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retentionDays, ephemeral }: FilesBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      ...bucketRemovalOf(ephemeral),
      lifecycleRules: [
        { id: 'forget-files', prefix: 'files/', expiration: Duration.days(retentionDays) },
        { id: 'forget-outgoing-mail', prefix: 'mime/', expiration: Duration.days(mimeRetentionDays) },
        { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
  }
}
