import { describe, expect, it } from 'vitest';
import { maxUndeliveredSeconds } from '../../../infra/aws/webhook-subscription.ts';
import { faults } from './setting-faults.ts';
import {
  countsOf,
  leastSettings,
  onlyResource,
  resourcesOf,
  resourcesOfType,
  shown,
  synthesize,
} from './synthesized.ts';
import { webhookInNetworkSettings, webhookSettings } from './variants.ts';

const own = synthesize(webhookSettings);
const inNetwork = synthesize({ ...webhookInNetworkSettings, permissionsBoundary: 'Edge', logRetentionDays: '90' });
const webhook = own.webhook!;
const networked = inNetwork.webhook!;

const find = (type: string, idPrefix = '', template = webhook) => onlyResource(template, `AWS::${type}`, idPrefix)[1];

describe('the HTTPS subscriber of SNS', () => {
  it('is a stack of its own, and changes nothing in the others', () => {
    const without = synthesize(leastSettings);
    expect(without.webhook).toBeUndefined();
    expect(resourcesOf(own.pipeline)).toEqual(resourcesOf(without.pipeline));
    expect(resourcesOf(own.data)).toEqual(resourcesOf(without.data));
  });

  it('holds these resources and no other', () => {
    const { 'AWS::EC2::SecurityGroup': groups, ...counts } = countsOf(networked);
    expect(groups).toBe(2);
    expect(counts).toEqual({
      'AWS::ApplicationAutoScaling::ScalableTarget': 1,
      'AWS::ApplicationAutoScaling::ScalingPolicy': 2,
      'AWS::CertificateManager::Certificate': 1,
      'AWS::CloudWatch::Alarm': 1,
      'AWS::EC2::SecurityGroupEgress': 1,
      'AWS::EC2::SecurityGroupIngress': 1,
      'AWS::ECS::Cluster': 1,
      'AWS::ECS::Service': 1,
      'AWS::ECS::TaskDefinition': 1,
      'AWS::ElasticLoadBalancingV2::Listener': 1,
      'AWS::ElasticLoadBalancingV2::LoadBalancer': 1,
      'AWS::ElasticLoadBalancingV2::TargetGroup': 1,
      'AWS::IAM::Role': 2,
      'AWS::Logs::LogGroup': 1,
      'AWS::Route53::RecordSet': 1,
      'AWS::SNS::Subscription': 1,
      'AWS::SQS::Queue': 1,
      'AWS::SQS::QueuePolicy': 1,
    });
  });

  it('A22 is posted what arrives, signed, again for up to an hour, and what is not taken is kept for 14 days', () => {
    const { Properties } = find('SNS::Subscription');
    expect(Properties).toMatchObject({
      Protocol: 'https',
      Endpoint: 'https://sns.example.org/sns',
      RawMessageDelivery: false,
    });
    expect(shown(Properties.TopicArn)).toMatch(/RawArrivalTopic/);
    expect(shown(Properties.RedrivePolicy.deadLetterTargetArn)).toMatch(/^\{ArrivalUndelivered/);
    expect(find('SQS::Queue', 'ArrivalUndelivered').Properties.MessageRetentionPeriod).toBe(1_209_600);
    expect(JSON.stringify(find('SQS::QueuePolicy'))).toContain('"Service":"sns.amazonaws.com"');
    const { numRetries, maxDelayTarget } = Properties.DeliveryPolicy.healthyRetryPolicy;
    expect(numRetries).toBeGreaterThan(3);
    expect(numRetries * maxDelayTarget).toBeGreaterThan(1_800);
    expect(maxUndeliveredSeconds).toBeLessThanOrEqual(3_600);
    expect(find('CloudWatch::Alarm').Properties).toMatchObject({ Threshold: 0, EvaluationPeriods: 1 });
  });

  it('invites SNS only when somebody is there, under the name', () => {
    const { DependsOn = [] } = find('SNS::Subscription', '', networked);
    for (const id of ['WebhookService', 'WebhookBalancerHttps', 'Alias'])
      expect(DependsOn.some((one) => one.startsWith(id))).toBe(true);
  });

  it('may put events into the inbound queue and accept the invitation of the topic, and nothing else', () => {
    const statements = (id: string) =>
      find('IAM::Role', id).Properties.Policies[0].PolicyDocument.Statement.map(
        ({ Action, Resource }: { Action: string | string[]; Resource: unknown }) =>
          `${[Action].flat().join(' ')} on ${shown(Resource).replace(/[0-9A-F]{8}(Arn)?[0-9A-F]*\}/, '}')}`,
      );
    expect(statements('WebhookTaskRole')).toEqual([
      'sqs:SendMessage on {InboundQueue}',
      'sns:ConfirmSubscription on {RawArrivalTopic}',
    ]);
    expect(statements('WebhookTaskStartRole')).toEqual([
      'logs:CreateLogStream logs:PutLogEvents on {WebhookTaskLog}',
      'ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:BatchGetImage on arn:{Partition}:ecr:eu-west-1:123456789012:repository/lightermail/sns-webhook',
      'ecr:GetAuthorizationToken on *',
    ]);
    webhook.resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('runs its image without rights, on a file system that it cannot write to, with a settings environment that passes', () => {
    const { Properties } = find('ECS::TaskDefinition');
    const [container, ...more] = Properties.ContainerDefinitions;
    expect(more).toEqual([]);
    expect(shown(container.Image)).toBe('123456789012.dkr.ecr.eu-west-1.{URLSuffix}/lightermail/sns-webhook:1.0.0');
    expect(container).toMatchObject({ User: '1000:1000', ReadonlyRootFilesystem: true, StopTimeout: 30 });
    expect(Properties.RuntimePlatform).toEqual({ CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' });
    const names = container.Environment.map(({ Name }: { Name: string }) => Name);
    expect(names).toEqual([
      ...['AWS_REGION', 'LIGHTERMAIL_WEBHOOK_BIND', 'LIGHTERMAIL_WEBHOOK_PORT', 'LIGHTERMAIL_WEBHOOK_TOPIC_ARNS'],
      ...['LIGHTERMAIL_WEBHOOK_PROXIES', 'LIGHTERMAIL_INBOUND_QUEUE_URL'],
    ]);
    const byDigest = find('ECS::TaskDefinition', '', networked).Properties.ContainerDefinitions[0];
    expect(shown(byDigest.Image)).toMatch(/\/sns-webhook@sha256:[0-9a-f]{64}$/);
  });

  it('is reached over HTTPS alone, through the load balancer alone', () => {
    expect(find('ElasticLoadBalancingV2::Listener').Properties).toMatchObject({
      ...{ Port: 443, Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06' },
      Certificates: [{ CertificateArn: webhookSettings.webhookCertificateArn }],
    });
    const ingress = (id: string) => find('EC2::SecurityGroup', id).Properties.SecurityGroupIngress;
    expect(ingress('WebhookBalancerGroup')).toMatchObject([{ FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }]);
    expect(ingress('WebhookTaskGroup')).toBeUndefined();
    expect(find('EC2::SecurityGroupIngress').Properties).toMatchObject({ FromPort: 8080, ToPort: 8080 });
    expect(find('EC2::SecurityGroup', 'WebhookTaskGroup').Properties.SecurityGroupEgress).toMatchObject([
      { FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' },
    ]);
    expect(find('ElasticLoadBalancingV2::TargetGroup').Properties.HealthCheckPath).toBe('/readyz');
  });

  it('has its tasks in private subnets, two to six of them', () => {
    const service = find('ECS::Service').Properties;
    const { AssignPublicIp, Subnets } = service.NetworkConfiguration.AwsvpcConfiguration;
    expect([AssignPublicIp, service.DesiredCount]).toEqual(['DISABLED', 2]);
    expect(Subnets.map(shown)).toEqual([expect.stringMatching('TasksSubnet1'), expect.stringMatching('TasksSubnet2')]);
    for (const [, { Properties }] of resourcesOfType(webhook, 'AWS::EC2::Subnet'))
      expect(Properties.MapPublicIpOnLaunch).toBe(false);
    expect(find('ApplicationAutoScaling::ScalableTarget').Properties).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 6,
    });
  });

  it('stands in the network that it is given, and takes its name in the zone', () => {
    const subnetsOf = (one: string) => one.split(',').map((id) => id.trim());
    const { Subnets } = find('ElasticLoadBalancingV2::LoadBalancer', '', networked).Properties;
    const tasks = find('ECS::Service', '', networked).Properties.NetworkConfiguration.AwsvpcConfiguration;
    expect(Subnets).toEqual(subnetsOf(webhookInNetworkSettings.webhookPublicSubnets));
    expect(tasks.Subnets).toEqual(subnetsOf(webhookInNetworkSettings.webhookPrivateSubnets));
    expect(find('Route53::RecordSet', '', networked).Properties.Name).toBe('sns.example.com.');
    expect(webhook.toJSON().Outputs.DnsWebhook).toBeDefined();
  });

  it('is bounded, and forgets its log, as the other stacks', () => {
    for (const [, { Properties }] of resourcesOfType(networked, 'AWS::IAM::Role'))
      expect(shown(Properties.PermissionsBoundary)).toBe('arn:{Partition}:iam::{AccountId}:policy/Edge');
    expect(find('Logs::LogGroup', '', networked).Properties.RetentionInDays).toBe(90);
  });
});

describe('the settings of the HTTPS subscriber', () => {
  const { webhookCertificateArn: _, ...withoutCertificate } = webhookSettings;
  const { webhookImage: _image, ...withoutImage } = webhookSettings;
  const { webhookPrivateSubnets: _subnets, ...withoutSubnets } = webhookInNetworkSettings;

  it.each([
    ['in a network of its own', webhookSettings],
    ['in a network that exists', webhookInNetworkSettings],
    [
      'in a zone that is there for it alone',
      { ...withoutCertificate, hostedZoneId: 'Z1', hostedZoneName: 'example.org' },
    ],
  ])('take one %s', (_name, settings) => {
    expect(faults(settings, 'eu-west-1')).toEqual([]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no image', withoutImage, /^webhookImage is not set: must be given together with webhookDomain/],
    [
      'no name',
      { ...leastSettings, webhookImage: webhookSettings.webhookImage },
      /^webhookImage is .*with webhookDomain/,
    ],
    ['no certificate', withoutCertificate, /^webhookCertificateArn is not set: must be the certificate of sns/],
    ['half a network', withoutSubnets, /^webhookPrivateSubnets is not set: must be given together with webhookVpc/],
    [
      'an image elsewhere',
      { ...webhookSettings, webhookImage: 'nginx:1' },
      /^webhookImage is "nginx:1": must be an image/,
    ],
    [
      'one subnet',
      { ...webhookInNetworkSettings, webhookPublicSubnets: 'subnet-01234567' },
      /^webhookPublicSubnets is/,
    ],
    ['a local name', { ...webhookSettings, webhookDomain: 'sns.home.arpa' }, /^webhookDomain is .*in the public DNS/],
    [
      'the name of the links',
      { ...webhookInNetworkSettings, webhookDomain: 'links.example.com' },
      /^webhookDomain is .*another name/,
    ],
  ])('refuse %s', (_name, settings, expected) => {
    expect(faults(settings, 'eu-west-1')).toEqual([expect.stringMatching(expected)]);
  });

  it('refuse a certificate of another region', () => {
    expect(faults(webhookSettings, 'us-east-1')).toEqual([
      expect.stringMatching(/^webhookCertificateArn is .*us-east-1/),
    ]);
  });
});
