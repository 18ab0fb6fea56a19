import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface BundledFunctionProps {
  readonly description: string;
  /** The folder with `index.mjs`. */
  readonly assetFolder: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything the function may do besides writing its own log. */
  readonly statements: readonly PolicyStatementProps[];
  /** Whether X-Ray follows its runs. */
  readonly traced?: boolean;
}

/**
 * What Lambda sends to X-Ray for the function; X-Ray knows no resources for these calls.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
const sendTraces: PolicyStatementProps = {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
};

/**
 * A function with a role and a log group of its own. The role's one policy is inline and complete, so that it is in
 * force before anything calls the function, and nothing adds to it unseen.
 */
export class BundledFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', { removalPolicy: RemovalPolicy.DESTROY });
    const writesLog = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] };
    const all = [writesLog, ...props.statements, ...(props.traced ? [sendTraces] : [])];
    const statements = all.map((statement) => new PolicyStatement(statement));
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Calls: new PolicyDocument({ statements }) },
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: Code.fromAsset(props.assetFolder),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMegabytes,
      tracing: props.traced ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: { ...props.environment },
      role: role.withoutPolicyUpdates(),
      logGroup,
    });
  }
}
