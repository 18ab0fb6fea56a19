import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accessLog } from './access-log.ts';
import type { LinkDomain } from './link-domain.ts';

/** Far above what recipients do, far below what a search for tokens would need. */
const throttle = { rateLimit: 100, burstLimit: 200 };

/** Where mailed links lead: an HTTPS API whose one path belongs to the link gateway. */
export class LinkApi extends Construct {
  /** Without a slash at its end. */
  readonly url: string;
  private readonly api: HttpApi;

  /** @param domain a name of its own: then the API does not answer under AWS's name any more */
  constructor(scope: Construct, id: string, domain?: LinkDomain) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      description: 'Lightermail links',
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined,
    });
    const logGroup = new LogGroup(this, 'Log', { removalPolicy: RemovalPolicy.DESTROY });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      ...(domain === undefined ? {} : { domainMapping: { domainName: domain.name } }),
      accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: accessLog },
    });
    this.url = domain === undefined ? this.api.apiEndpoint : `https://${domain.domainName}`;
  }

  /** What the API answered: requests, refusals, failures. */
  answers(periodSeconds: number): readonly Metric[] {
    const options = { period: Duration.seconds(periodSeconds), statistic: 'Sum' };
    return [
      this.api.metricCount({ ...options, label: 'requests' }),
      this.api.metricClientError({ ...options, label: '4xx' }),
      this.serverErrors(periodSeconds).with({ label: '5xx' }),
    ];
  }

  serverErrors(periodSeconds: number): Metric {
    return this.api.metricServerError({ period: Duration.seconds(periodSeconds), statistic: 'Sum' });
  }

  latency(periodSeconds: number): Metric {
    return this.api.metricLatency({ period: Duration.seconds(periodSeconds), statistic: 'p99' });
  }

  /** Has the function answer every link. */
  serve(gateway: IFunction): void {
    this.api.addRoutes({
      path: '/f/{proxy+}',
      methods: [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST],
      integration: new HttpLambdaIntegration('Gateway', gateway),
    });
  }
}
