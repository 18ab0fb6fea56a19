import { CfnOutput, Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { consoleFunction } from '../topology.ts';
import { accessLog } from './access-log.ts';
import { BundledFunction } from './bundled-function.ts';
import { consolePermissions } from './console-permissions.ts';
import { type PipelineResources, toStatements } from './pipeline-resources.ts';

export interface ConsoleSiteProps {
  readonly resources: PipelineResources;
  /** What every function has. */
  readonly environment: Readonly<Record<string, string>>;
  /** The folder of the console's bundle, with its page. */
  readonly assetFolder: string;
}

/** A few operators, each of whose pages asks a handful of things every 15 s; whoever guesses tokens gets no further. */
const throttle = { rateLimit: 20, burstLimit: 40 };

/** 64 characters of 62 kinds: no one guesses it. */
const tokenLength = 64;

/** The operators' console on the web: an API of its own, behind a token of its own. */
export class ConsoleSite extends Construct {
  constructor(scope: Construct, id: string, props: ConsoleSiteProps) {
    super(scope, id);
    const token = new Secret(this, 'Token', {
      description: 'What operators sign in to the Lightermail console with: a new value ends every session',
      generateSecretString: { passwordLength: tokenLength, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api = new HttpApi(this, 'Api', { description: 'Lightermail console', createDefaultStage: false });
    const logGroup = new LogGroup(this, 'Log', { removalPolicy: RemovalPolicy.DESTROY });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: accessLog },
    });
    const host = Fn.select(1, Fn.split('://', api.apiEndpoint));
    const { lambda } = new BundledFunction(this, 'Run', {
      description: 'Lightermail console',
      assetFolder: props.assetFolder,
      timeoutSeconds: consoleFunction.timeoutSeconds,
      memoryMegabytes: consoleFunction.memoryMegabytes,
      environment: {
        ...props.environment,
        LIGHTERMAIL_CONSOLE_HOST: host,
        LIGHTERMAIL_CONSOLE_SECRET_ARN: token.secretArn,
      },
      statements: [
        ...toStatements(consolePermissions, props.resources),
        { actions: ['secretsmanager:GetSecretValue'], resources: [token.secretArn] },
      ],
      traced: true,
    });
    const integration = new HttpLambdaIntegration('Console', lambda, {
      timeout: Duration.seconds(consoleFunction.timeoutSeconds),
    });
    for (const path of ['/', '/{proxy+}']) api.addRoutes({ path, methods: [HttpMethod.ANY], integration });
    this.tell('ConsoleUrl', "The operators' console", api.apiEndpoint);
    this.tell('ConsoleTokenArn', 'The secret to sign in with', token.secretArn);
  }

  /** Under its own name in the stack's outputs, where operators look for it. */
  private tell(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value }).overrideLogicalId(name);
  }
}
