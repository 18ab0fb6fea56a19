import { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights, FargateService, type ICluster } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type ApplicationTargetGroup,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { WebhookNetwork } from './webhook-network.ts';
import { WebhookTask, type WebhookTaskProps, webhookPort } from './webhook-task.ts';

export interface SnsWebhookServiceProps extends WebhookTaskProps {
  readonly network: Pick<WebhookNetwork, 'vpc' | 'publicSubnets' | 'privateSubnets'>;
  readonly certificate: ICertificate;
}

/** Two, so that one can be replaced; six take thousands of events a second. */
const tasks = { least: 2, most: 6 } as const;

/** What a task does before the next one is started. */
const busy = { cpuPercent: 60, requestsPerMinute: 6_000 } as const;

/**
 * The HTTPS subscriber of SNS on Fargate: tasks in private subnets behind a load balancer that speaks HTTPS alone. A
 * deployment that does not become healthy is rolled back.
 */
export class SnsWebhookService extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: SnsWebhookServiceProps) {
    super(scope, id);
    const { vpc } = props.network;
    const description = 'Lightermail: tasks that answer SNS';
    const inside = new SecurityGroup(this, 'TaskGroup', { vpc, description, allowAllOutbound: false });
    inside.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS: SNS and its certificates, SQS, ECR, logs');
    this.loadBalancer = this.makeLoadBalancer(props, inside);
    this.service = this.makeService(props, inside);
    this.scale(this.listen(props.certificate));
  }

  private makeLoadBalancer({ network }: SnsWebhookServiceProps, inside: SecurityGroup): ApplicationLoadBalancer {
    const { vpc, publicSubnets } = network;
    const description = 'Lightermail: where SNS posts';
    const outside = new SecurityGroup(this, 'BalancerGroup', { vpc, description, allowAllOutbound: false });
    outside.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'SNS, from addresses that change');
    outside.addEgressRule(inside, Port.tcp(webhookPort), 'the tasks');
    inside.addIngressRule(outside, Port.tcp(webhookPort), 'the load balancer');
    return new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: { subnets: [...publicSubnets] },
      internetFacing: true,
      securityGroup: outside,
      dropInvalidHeaderFields: true,
      // SNS waits 15 s; a process gives its answer after 12.
      idleTimeout: Duration.seconds(20),
    });
  }

  private makeService({ network, image, environment, statements }: SnsWebhookServiceProps, inside: SecurityGroup) {
    const { vpc, privateSubnets } = network;
    const { definition } = new WebhookTask(this, 'Task', { image, environment, statements });
    return new FargateService(this, 'Service', {
      // CDK's own class has members that may be undefined where its interface has them absent.
      cluster: new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED }) as ICluster,
      taskDefinition: definition,
      desiredCount: tasks.least,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      assignPublicIp: false,
      vpcSubnets: { subnets: [...privateSubnets] },
      securityGroups: [inside],
      healthCheckGracePeriod: Duration.seconds(60),
    });
  }

  private listen(certificate: ICertificate): ApplicationTargetGroup {
    const listener = this.loadBalancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [certificate],
      sslPolicy: SslPolicy.TLS13_RES,
      // Its rule stands in the load balancer's group already, with its reason.
      open: false,
    });
    return listener.addTargets('Tasks', {
      port: webhookPort,
      protocol: ApplicationProtocol.HTTP,
      targets: [this.service],
      deregistrationDelay: Duration.seconds(20),
      healthCheck: { path: '/readyz', healthyHttpCodes: '200', interval: Duration.seconds(15) },
    });
  }

  private scale(targetGroup: ApplicationTargetGroup): void {
    const scaling = this.service.autoScaleTaskCount({ minCapacity: tasks.least, maxCapacity: tasks.most });
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: busy.cpuPercent });
    scaling.scaleOnRequestCount('Requests', { requestsPerTarget: busy.requestsPerMinute, targetGroup });
  }
}
