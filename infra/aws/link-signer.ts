import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { assumedRoleSeconds, maxPresignedSeconds, type Route } from '../../shared/contracts/route.ts';
import { keyStatement } from './key-permissions.ts';
import { ownTag } from './own-tag.ts';

export interface LinkSignerProps {
  readonly files: Bucket;
  readonly routes: readonly Route[];
  /** The ARN of a secret with an IAM user's key; absent: a role of the stack signs. */
  readonly secretArn?: string | undefined;
  /** What files are encrypted with, where that is a key of one's own. */
  readonly keyArn?: string | undefined;
}

/**
 * Whose credentials sign the URLs of routes with `links: "presigned"`: an IAM user's key, for as long as SigV4 can, or
 * a role, for the hour of its session. The role is there even when no route needs it: routes change without a deploy.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export class LinkSigner extends Construct {
  readonly secretArn?: string;
  readonly roleArn?: string;

  constructor(scope: Construct, id: string, { files, routes, secretArn, keyArn }: LinkSignerProps) {
    super(scope, id);
    if (secretArn === undefined) {
      this.roleArn = this.makeRole(files, keyArn);
    } else {
      this.secretArn = secretArn;
      new CfnOutput(this, 'SignedObjects', {
        description: 'What the IAM user whose key signs links must be allowed s3:GetObject on, and nothing else',
        value: files.arnForObjects('files/*'),
      });
      this.tellKey(keyArn);
    }
    this.warnOfEarlyEnds(routes, secretArn === undefined ? assumedRoleSeconds : maxPresignedSeconds);
  }

  private tellKey(keyArn: string | undefined): void {
    if (keyArn === undefined) return;
    const description = 'What the IAM user whose key signs links must be allowed kms:Decrypt on, through S3';
    new CfnOutput(this, 'SignedObjectsKey', { description, value: keyArn });
  }

  /** What a function that signs links is told. */
  get environment(): Readonly<Record<string, string>> {
    return {
      ...(this.secretArn === undefined ? {} : { LIGHTERMAIL_LINK_SIGNER_SECRET_ARN: this.secretArn }),
      ...(this.roleArn === undefined ? {} : { LIGHTERMAIL_LINK_SIGNER_ROLE_ARN: this.roleArn }),
    };
  }

  private makeRole(files: Bucket, keyArn: string | undefined): string {
    const read = new PolicyStatement({ actions: ['s3:GetObject'], resources: [files.arnForObjects('files/*')] });
    const key = { keyArn: keyArn ?? '', region: Stack.of(this).region };
    const decrypt = keyArn === undefined ? [] : keyStatement([{ actions: read.actions }], key);
    const role = new Role(this, 'Role', {
      description: 'Signs the URLs of presigned links: it reads files and nothing else',
      // Naming the function's role would make a circle: that role names this one.
      assumedBy: new AccountPrincipal(Stack.of(this).account).withConditions({
        StringEquals: { [`aws:PrincipalTag/${ownTag.key}`]: ownTag.value },
      }),
      inlinePolicies: {
        Files: new PolicyDocument({ statements: [read, ...decrypt.map((one) => new PolicyStatement(one))] }),
      },
    });
    return role.roleArn;
  }

  private warnOfEarlyEnds(routes: readonly Route[], mostSeconds: number): void {
    for (const { id, links, linkExpirySeconds } of routes) {
      if (links !== 'presigned' || linkExpirySeconds <= mostSeconds) continue;
      Annotations.of(this).addWarningV2(
        `lightermail:link-signer:${id}`,
        `route ${id}: its presigned links are asked to last linkExpirySeconds ${linkExpirySeconds}, but a role signs them and they end after at most ${mostSeconds} s, as each mail will say; give linkSignerSecret, or links "gateway"`,
      );
    }
  }
}
