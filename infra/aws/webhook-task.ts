import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import {
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface WebhookTaskProps {
  /** An image in ECR, by tag or digest. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Everything the process may do. */
  readonly statements: readonly PolicyStatementProps[];
}

export const webhookPort = 8080;

/** Longer than the 25 s within which the process finishes what it has. */
const stopSeconds = 30;

/**
 * The task that answers SNS. Its role and the one that starts it each have one inline policy, which is complete; the
 * process runs as a user without rights, on a file system that it cannot write to.
 */
export class WebhookTask extends Construct {
  readonly definition: FargateTaskDefinition;

  constructor(scope: Construct, id: string, { image, environment, statements }: WebhookTaskProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', { removalPolicy: RemovalPolicy.DESTROY });
    const { repository, version } = this.findImage(image);
    const starts: readonly PolicyStatementProps[] = [
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
      {
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        resources: [repository.repositoryArn],
      },
      { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
    ];
    this.definition = new FargateTaskDefinition(this, 'Definition', {
      // Verifying a signature takes half a millisecond.
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
      taskRole: this.makeRole('Role', statements, {
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
      }),
      executionRole: this.makeRole('StartRole', starts),
    });
    const check = `fetch('http://127.0.0.1:${webhookPort}/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
    this.definition.addContainer('webhook', {
      image: ContainerImage.fromEcrRepository(repository, version),
      environment: { ...environment },
      portMappings: [{ containerPort: webhookPort }],
      logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'webhook' }),
      healthCheck: { command: ['CMD', 'node', '-e', check], interval: Duration.seconds(30), retries: 3 },
      stopTimeout: Duration.seconds(stopSeconds),
      readonlyRootFilesystem: true,
      user: '1000:1000',
    });
  }

  private makeRole(id: string, statements: readonly PolicyStatementProps[], conditions: Record<string, unknown> = {}) {
    const role = new Role(this, id, {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', { conditions }),
      inlinePolicies: {
        Calls: new PolicyDocument({ statements: statements.map((statement) => new PolicyStatement(statement)) }),
      },
    });
    return role.withoutPolicyUpdates();
  }

  private findImage(image: string) {
    const [, account = '', region = '', name = '', version = ''] =
      /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)[:@](.+)$/.exec(image) ?? [];
    const repositoryArn = `arn:${Stack.of(this).partition}:ecr:${region}:${account}:repository/${name}`;
    const attributes = { repositoryArn, repositoryName: name };
    return { repository: Repository.fromRepositoryAttributes(this, 'Repository', attributes), version };
  }
}
