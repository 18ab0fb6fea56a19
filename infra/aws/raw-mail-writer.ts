import { Aws, Names, Stack } from 'aws-cdk-lib';
import {
  ArnPrincipal,
  Effect,
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
  StarPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** The rule set whose rules write raw mail. */
export interface WritingRules {
  readonly ruleSetName: string;
  /** The region of the rule set where it is not the bucket's own; then SES writes by a role. */
  readonly sesRegion?: string | undefined;
}

/** SES as it acts for the rules of one rule set of this account, and for nobody else's. */
function sourceConditions(stack: Stack, { ruleSetName, sesRegion = stack.region }: WritingRules) {
  const ruleArn = `arn:${stack.partition}:ses:${sesRegion}:${stack.account}:receipt-rule-set/${ruleSetName}:receipt-rule/*`;
  return { StringEquals: { 'aws:SourceAccount': stack.account }, ArnLike: { 'aws:SourceArn': ruleArn } };
}

export interface RawMailWriterProps extends WritingRules {
  /** The objects under the prefix of raw mail. */
  readonly objectsArn: string;
  /** What the bucket is encrypted with, where that is a key of one's own. */
  readonly keyArn?: string | undefined;
}

/** What S3 asks of the key in the role's name; large mail is uploaded in parts, which are read again. */
function encryptStatement(keyArn: string, region: string): PolicyStatementProps {
  return {
    actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
  };
}

/** A role's name has at most 64 characters. */
const longestRoleName = 64;

/**
 * The role that SES writes raw mail by from another region: the only way into a bucket in a region where SES does not
 * receive. Its name is fixed, so that a stack in that other region can name it; roles are the same in every region, so
 * the name holds the home region. It stands with the bucket, deployed long before SES tries it.
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
 */
export class RawMailWriter extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: RawMailWriterProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const maxLength = longestRoleName - stack.region.length - 1;
    const roleName = `${Names.uniqueResourceName(this, { maxLength, separator: '-' })}-${stack.region}`;
    const writes: PolicyStatementProps = {
      actions: ['s3:PutObject'],
      resources: [props.objectsArn],
      // Nobody who takes over the bucket's name gets mail.
      conditions: { StringEquals: { 's3:ResourceAccount': stack.account } },
    };
    const encrypts = props.keyArn === undefined ? [] : [encryptStatement(props.keyArn, stack.region)];
    const statements = [writes, ...encrypts].map((statement) => new PolicyStatement(statement));
    new Role(this, 'Role', {
      roleName,
      description: 'SES writes raw mail by it from the region where it receives',
      assumedBy: new ServicePrincipal('ses.amazonaws.com').withConditions(sourceConditions(stack, props)),
      inlinePolicies: { Writes: new PolicyDocument({ statements }) },
    });
    this.roleArn = `arn:${Aws.PARTITION}:iam::${stack.account}:role/${roleName}`;
  }
}

/**
 * Who may write raw mail: SES, for the rules of one rule set of this account, and nobody else. The prefix of a key names
 * the route, so that whoever can write there can choose the sender's rights.
 * @param objectsArn the objects under the prefix
 * @param roleArn the role that SES writes by; absent: SES itself writes
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
 */
export function writerStatements(
  scope: Construct,
  rules: WritingRules,
  objectsArn: string,
  roleArn?: string,
): readonly PolicyStatement[] {
  const writes = { sid: 'SesWritesRawMail', actions: ['s3:PutObject'], resources: [objectsArn] };
  const allow =
    roleArn === undefined
      ? {
          principals: [new ServicePrincipal('ses.amazonaws.com')],
          conditions: sourceConditions(Stack.of(scope), rules),
        }
      : { principals: [new ArnPrincipal(roleArn)] };
  return [
    new PolicyStatement({ ...writes, ...allow }),
    new PolicyStatement({
      sid: 'NobodyElseWritesRawMail',
      effect: Effect.DENY,
      principals: [new StarPrincipal()],
      actions: ['s3:PutObject'],
      resources: [objectsArn],
      conditions: {
        Bool: { 'aws:PrincipalIsAWSService': 'false' },
        // A role that SES has taken on is no AWS service.
        ...(roleArn === undefined ? {} : { ArnNotEquals: { 'aws:PrincipalArn': roleArn } }),
      },
    }),
  ];
}
