import { CfnOutput, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnUser,
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { BundledFunction } from './bundled-function.ts';

export interface DeviceAccountProps {
  /** From which address, under which identities devices may send. */
  readonly scope: Pick<PolicyStatementProps, 'resources' | 'conditions'>;
  /** Absent: rotated by hand only. */
  readonly rotationDays: number | undefined;
  /** The folder of the rotation function's bundle. */
  readonly assetFolder: string;
}

/** STARTTLS, which devices know best. @see https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html */
const startTlsPort = 587;

/** Nine questions of at most 10 s each to the SMTP interface, and the waits between them. */
const timeoutSeconds = 150;

/**
 * SMTP credentials for devices: an IAM user who may send mail from one address and do nothing else, whose access key the
 * rotation function makes, and puts down as host, port, user name and password. Neither stands in the template.
 * @see https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
 */
export class DeviceAccount extends Construct {
  constructor(scope: Construct, id: string, props: DeviceAccountProps) {
    super(scope, id);
    const user = this.makeUser(props.scope);
    const secret = this.makeSecret();
    const rotation = this.makeRotation(user, secret, props.assetFolder);
    const keys = new CustomResource(this, 'Keys', {
      resourceType: 'Custom::LightermailDeviceKeys',
      serviceToken: rotation.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { userName: user.ref },
    });
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: secret.secretArn,
      rotationLambdaArn: rotation.functionArn,
      rotateImmediatelyOnUpdate: true,
      ...(props.rotationDays === undefined ? {} : { rotationRules: { automaticallyAfterDays: props.rotationDays } }),
    });
    // Made last, since it starts the first rotation; gone first, so that no key is made after they were taken away.
    schedule.node.addDependency(keys, rotation);
    new CfnOutput(this, 'Credentials', {
      description: 'The secret with the SMTP host, port, user name and password of devices',
      value: secret.secretArn,
    }).overrideLogicalId('DeviceCredentials');
  }

  private makeUser(scope: DeviceAccountProps['scope']): CfnUser {
    const send = new PolicyStatement({ actions: ['ses:SendRawEmail'], ...scope });
    return new CfnUser(this, 'User', {
      policies: [{ policyName: 'Send', policyDocument: new PolicyDocument({ statements: [send] }) }],
    });
  }

  /** Until the first rotation the user name is empty, and the password opens nothing. */
  private makeSecret(): Secret {
    const host = `email-smtp.${Stack.of(this).region}.amazonaws.com`;
    return new Secret(this, 'Secret', {
      description: 'Lightermail: what devices are set up with to send by SMTP',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ host, port: startTlsPort, username: '' }),
        generateStringKey: 'password',
        excludePunctuation: true,
      },
      // The keys go with their user: what would be kept opens nothing.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private makeRotation(user: CfnUser, secret: Secret, assetFolder: string): IFunction {
    const { lambda } = new BundledFunction(this, 'Rotate', {
      description: "Makes devices' SMTP credentials anew, and takes them away at the end",
      assetFolder,
      timeoutSeconds,
      memoryMegabytes: 256,
      environment: { LIGHTERMAIL_DEVICE_USER: user.ref },
      statements: [
        {
          actions: ['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:ListAccessKeys'],
          resources: [user.attrArn],
        },
        {
          actions: [
            'secretsmanager:DescribeSecret',
            'secretsmanager:GetSecretValue',
            'secretsmanager:PutSecretValue',
            'secretsmanager:UpdateSecretVersionStage',
          ],
          resources: [secret.secretArn],
        },
      ],
    });
    lambda.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });
    return lambda;
  }
}
