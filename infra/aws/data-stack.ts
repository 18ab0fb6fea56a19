import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { makeEncryptionKey } from './encryption-key.ts';
import { FilesBucket } from './files-bucket.ts';
import { removalOf } from './keeping.ts';
import { RawMail } from './raw-mail.ts';
import type { AwsSettings } from './settings.ts';

export interface DataStackProps extends StackProps {
  readonly settings: AwsSettings;
  readonly ruleSetName: string;
}

/** 64 characters of 62 kinds: 381 bits, of which a link's token needs 128. */
const linkSecretLength = 64;

/** What must outlive every deployment: raw mail, files, records, and the secret that links are derived from. */
export class DataStack extends Stack {
  readonly raw: RawMail;
  readonly files: FilesBucket;
  readonly table: Table;
  readonly linkSecret: Secret;
  /** What everything is encrypted with, where that is a key of one's own. */
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const rules = { ruleSetName: props.ruleSetName, sesRegion: settings.sesRegion };
    const encryption = makeEncryptionKey(this, settings);
    this.key = encryption?.key;
    this.raw = new RawMail(this, 'Raw', {
      rules,
      keyArn: this.key?.keyArn,
      existing: existingBucket(settings),
      arrivalEmail: settings.arrivalEmail,
      ephemeral: settings.ephemeral,
    });
    encryption?.serve({ rules, rawBucketArn: this.raw.sourceArn, takesEvents: settings.malwareProtection });
    this.files = new FilesBucket(this, 'Files', settings);
    this.table = new Table(this, 'Records', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: !settings.ephemeral },
      encryption: TableEncryption.DEFAULT,
      ...removalOf(settings.ephemeral),
    });
    this.linkSecret = new Secret(this, 'LinkSecret', {
      description:
        'The key that the tokens of mailed links are derived from: a new one makes new links, old ones go on working',
      generateSecretString: { passwordLength: linkSecretLength, excludePunctuation: true },
      ...(this.key === undefined ? {} : { encryptionKey: this.key }),
      ...removalOf(settings.ephemeral),
    });
    this.tell(props);
  }

  private tell({ settings }: DataStackProps): void {
    const { bucket, prefix, writers } = this.raw;
    new CfnOutput(this, 'RawMailUri', { value: `s3://${bucket.bucketName}/${prefix}` });
    if (settings.bucketName === undefined) return;
    const statements = writers.map((statement) => statement.toStatementJson());
    new CfnOutput(this, 'RawBucketPolicyStatements', {
      description: "What the existing bucket's policy must hold before mail can arrive there",
      value: this.toJsonString(statements),
    });
  }
}

function existingBucket({ bucketName, prefix }: AwsSettings) {
  return bucketName === undefined || prefix === undefined ? undefined : { bucketName, prefix };
}
