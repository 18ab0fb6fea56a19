import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { isWithin } from './domain-names.ts';
import { zoneOf } from './hosted-zone.ts';
import { webhookPermissions } from './permissions.ts';
import { toStatements } from './pipeline-resources.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { AwsSettings } from './settings.ts';
import { SnsWebhookService } from './sns-webhook-service.ts';
import { WebhookNetwork } from './webhook-network.ts';
import { WebhookSubscription } from './webhook-subscription.ts';
import { webhookPort } from './webhook-task.ts';

export interface WebhookStackProps extends StackProps {
  readonly settings: AwsSettings;
  readonly pipeline: PipelineStack;
  readonly domainName: string;
  readonly image: string;
}

/**
 * A second way for arrivals into the inbound queue: SNS posts them to an HTTPS endpoint of containers, which verify and
 * queue them. What comes both ways is processed once.
 */
export class WebhookStack extends Stack {
  constructor(scope: Construct, id: string, props: WebhookStackProps) {
    super(scope, id, props);
    const { settings, pipeline, domainName, image } = props;
    const { resources } = pipeline;
    const topic = resources.data.raw.arrivalTopic;
    const zone = this.useZone(props);
    const service = new SnsWebhookService(this, 'Webhook', {
      network: new WebhookNetwork(this, 'Network', settings),
      certificate: this.useCertificate(props, zone),
      image,
      statements: toStatements(webhookPermissions, resources),
      environment: {
        AWS_REGION: this.region,
        LIGHTERMAIL_WEBHOOK_BIND: '0.0.0.0',
        LIGHTERMAIL_WEBHOOK_PORT: String(webhookPort),
        LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: topic.topicArn,
        LIGHTERMAIL_WEBHOOK_PROXIES: '1',
        LIGHTERMAIL_INBOUND_QUEUE_URL: resources.queues.inbound.queue.queueUrl,
      },
    });
    const subscription = new WebhookSubscription(this, 'Arrival', { topic, endpoint: `https://${domainName}/sns` });
    // SNS sends its invitation as soon as the subscription is made: somebody must be there, under that name.
    subscription.node.addDependency(service, ...this.point(domainName, service, zone));
    this.watch(subscription, pipeline);
  }

  private useZone({ settings, domainName }: WebhookStackProps): IHostedZone | undefined {
    const zone = zoneOf(settings);
    if (zone === undefined || !isWithin(domainName, zone.name)) return undefined;
    return HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zone.id, zoneName: zone.name });
  }

  private useCertificate({ settings, domainName }: WebhookStackProps, zone: IHostedZone | undefined): ICertificate {
    const { webhookCertificateArn: arn } = settings;
    if (arn !== undefined) return Certificate.fromCertificateArn(this, 'Certificate', arn);
    return new Certificate(this, 'Certificate', { domainName, validation: CertificateValidation.fromDns(zone) });
  }

  /** Makes the name's record in the zone, or tells it to whoever keeps the name. */
  private point(recordName: string, { loadBalancer }: SnsWebhookService, zone: IHostedZone | undefined): Construct[] {
    if (zone !== undefined) {
      const target = RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer));
      return [new ARecord(this, 'Alias', { zone, recordName, target })];
    }
    new CfnOutput(this, 'DnsWebhook', {
      description: 'A DNS record to set: name, type, value; subscribe the endpoint once more after it',
      value: `${recordName} CNAME ${loadBalancer.loadBalancerDnsName}`,
    });
    return [];
  }

  /** One arrival that SNS could not hand over is one too many. */
  private watch({ undelivered }: WebhookSubscription, { alarmsTopic }: PipelineStack): void {
    const alarm = new Alarm(this, 'webhook-undelivered', {
      alarmName: `${this.stackName}-undelivered`,
      alarmDescription: 'Arrivals could not be handed to the HTTPS subscriber: look at its queue of undelivered ones.',
      metric: undelivered.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(alarmsTopic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    new CfnOutput(this, 'UndeliveredUrl', { value: undelivered.queueUrl });
  }
}
