import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import {
  alarms,
  type FunctionName,
  functions,
  type QueueName,
  queues,
  subscriptions,
  type TopicName,
} from '../topology.ts';
import { ConfigurationSets } from './configuration-sets.ts';
import { ConsoleSite } from './console-site.ts';
import { Dashboard } from './dashboard.ts';
import type { DataStack } from './data-stack.ts';
import { DeviceAccount } from './device-account.ts';
import { zoneOf } from './hosted-zone.ts';
import { LinkApi } from './link-api.ts';
import { LinkDomain } from './link-domain.ts';
import { LinkSigner } from './link-signer.ts';
import { MailDomains } from './mail-domains.ts';
import { MalwareProtection } from './malware-protection.ts';
import { PipelineFunction } from './pipeline-function.ts';
import { PipelineQueue } from './pipeline-queue.ts';
import { type PipelineResources, toEnvironment } from './pipeline-resources.ts';
import { QueueAlarms } from './queue-alarms.ts';
import { receiveMail } from './receive-mail.ts';
import { SecureTopic } from './secure-topic.ts';
import { senderScope } from './sending-identities.ts';
import { ServiceAlarms } from './service-alarms.ts';
import type { AwsSettings } from './settings.ts';
import { subscribeServers } from './subscribe-servers.ts';

export interface PipelineStackProps extends StackProps {
  readonly settings: AwsSettings;
  readonly ruleSetName: string;
  readonly data: DataStack;
  /** Gives the folder of a function's bundle. */
  readonly assetFolder: (name: string) => string;
}

/** The standard tier of SSM parameters is free and holds this much. */
const mostStandardBytes = 4096;

/** Everything that can be made anew at any time: queues, topics, functions, sending, receiving, links and alarms. */
export class PipelineStack extends Stack {
  readonly resources: PipelineResources;
  readonly alarmsTopic: ITopic;
  private readonly props: PipelineStackProps;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    this.props = props;
    const { settings } = props;
    const resources = this.makeResources();
    this.resources = resources;
    const api = new LinkApi(this, 'Links', this.makeLinkDomain());
    const publicUrl = settings.publicUrl ?? api.url;
    const environment = toEnvironment(resources, publicUrl);
    const made = this.makeFunctions(resources, environment);
    if (settings.console) {
      new ConsoleSite(this, 'Console', { resources, environment, assetFolder: props.assetFolder('console') });
    }
    api.serve(made['link-gateway'].lambda);
    if (settings.malwareProtection) {
      const { files, key } = props.data;
      new MalwareProtection(this, 'Malware', {
        files: files.bucket,
        queue: resources.queues.links,
        keyArn: key?.keyArn,
      });
    }
    this.alarmsTopic = new SecureTopic(this, 'Alarms', {
      displayName: 'Lightermail alarms',
      publisher: { service: 'cloudwatch.amazonaws.com' },
      email: settings.alarmEmail,
    }).topic;
    this.watch(resources, made, api, this.alarmsTopic);
    new MailDomains(this, 'Mail', {
      settings,
      receivingRegion: settings.sesRegion ?? this.region,
      configurationSetName: resources.configurationSets.intactName,
    });
    if (settings.deviceSender !== undefined) this.makeDeviceAccount(resources, settings.deviceSender);
    this.receive(resources);
    this.tell(resources, publicUrl, api.url);
  }

  private makeResources(): PipelineResources {
    const { settings, data } = this.props;
    const configurationSets = new ConfigurationSets(this, 'ConfigurationSets', settings.configurationSet);
    const made = {
      inbound: new PipelineQueue(this, 'Inbound', queues.inbound),
      outbound: new PipelineQueue(this, 'Outbound', queues.outbound),
      engagement: new PipelineQueue(this, 'Engagement', queues.engagement),
      links: new PipelineQueue(this, 'LinkWork', queues.links),
    } satisfies Record<QueueName, PipelineQueue>;
    const fallback = new SecureTopic(this, 'Fallback', {
      displayName: 'Lightermail: mail that needs an operator',
      email: settings.fallbackEmail,
    });
    const emailEvents = new SecureTopic(this, 'EmailEvents', { displayName: 'Lightermail: what became of each email' });
    const processed = new SecureTopic(this, 'Processed', {
      displayName: 'Lightermail: what became of each mail',
      email: settings.processedEmail,
    });
    const topics: Partial<Record<TopicName, SecureTopic['topic']>> = {
      arrival: data.raw.arrivalTopic,
      'ses-events': configurationSets.eventsTopic,
    };
    for (const { topic, queue } of subscriptions) {
      const source = topics[topic];
      if (source === undefined) throw new Error(`no queue can be subscribed to the topic ${topic}`);
      made[queue].subscribe(source);
    }
    const routesParameter = new StringParameter(this, 'Routes', {
      parameterName: `/${this.stackName}/routes`,
      description: 'What to do with mail for each monitored address',
      stringValue: settings.routesJson,
      tier:
        Buffer.byteLength(settings.routesJson) > mostStandardBytes ? ParameterTier.ADVANCED : ParameterTier.STANDARD,
    });
    return {
      data,
      queues: made,
      fallbackTopic: fallback.topic,
      metricsNamespace: this.stackName,
      emailEventsTopic: emailEvents.topic,
      processedTopic: processed.topic,
      routesParameter,
      configurationSets,
      sesRegion: settings.sesRegion,
      maxSendRate: settings.maxSendRate,
      linkSigner: new LinkSigner(this, 'LinkSigner', {
        files: data.files.bucket,
        routes: settings.routes,
        secretArn: settings.linkSignerSecret,
        keyArn: data.key?.keyArn,
      }),
      senderScope: senderScope(
        this,
        settings,
        settings.routes.map(({ identity }) => identity),
        configurationSets.arns(),
      ),
    };
  }

  private makeLinkDomain(): LinkDomain | undefined {
    const { settings } = this.props;
    if (settings.linkDomain === undefined) return undefined;
    return new LinkDomain(this, 'LinkDomain', {
      domainName: settings.linkDomain,
      certificateArn: settings.linkCertificateArn,
      zone: zoneOf(settings),
    });
  }

  private makeDeviceAccount({ configurationSets }: PipelineResources, sender: string): void {
    const { settings, assetFolder } = this.props;
    new DeviceAccount(this, 'Devices', {
      scope: senderScope(this, settings, [sender], configurationSets.arns()),
      rotationDays: settings.deviceRotationDays,
      assetFolder: assetFolder('device-credentials'),
    });
  }

  private makeFunctions(
    resources: PipelineResources,
    environment: Readonly<Record<string, string>>,
  ): Readonly<Record<FunctionName, PipelineFunction>> {
    const names = Object.keys(functions) as FunctionName[];
    const made = names.map((name) => {
      const assetFolder = this.props.assetFolder(name);
      const told = name === 'inbound-processor' ? { ...environment, ...resources.linkSigner.environment } : environment;
      return [name, new PipelineFunction(this, name, { name, assetFolder, resources, environment: told })] as const;
    });
    return Object.fromEntries(made) as Record<FunctionName, PipelineFunction>;
  }

  private watch(
    { queues: made, metricsNamespace, data, processedTopic }: PipelineResources,
    run: Readonly<Record<FunctionName, PipelineFunction>>,
    links: LinkApi,
    topic: ITopic,
  ): void {
    const watched = { functions: run, links, metricsNamespace };
    const { settings } = this.props;
    const told = { arrival: data.raw.arrivalTopic, processed: processedTopic };
    const undelivered = subscribeServers(this, settings, told);
    const overQueues = new QueueAlarms(this, 'QueueAlarms', {
      ...{ alarms: alarms(settings), queues: made },
      ...{ undelivered, topic },
    });
    const overServices = new ServiceAlarms(this, 'ServiceAlarms', { ...watched, topic });
    new Dashboard(this, 'Overview', {
      ...watched,
      queues: made,
      alarms: [...overQueues.alarms, ...overServices.alarms],
    });
  }

  /** Mail is let in last: what arrived before the queue hears of it would lie unread. In another region a stack of its own does. */
  private receive({ queues: made }: PipelineResources): void {
    const { settings, ruleSetName, data, assetFolder } = this.props;
    if (settings.sesRegion !== undefined) return;
    receiveMail(this, { settings, ruleSetName, assetFolder, target: data.raw.target, after: made.inbound });
  }

  private tell({ queues: made }: PipelineResources, publicUrl: string, apiUrl: string): void {
    new CfnOutput(this, 'PublicUrl', { description: 'Begins every mailed link', value: publicUrl });
    new CfnOutput(this, 'LinkApiUrl', { description: 'Where the public URL must lead', value: apiUrl });
    new CfnOutput(this, 'InboundDeadLettersUrl', { value: made.inbound.deadLetters.queueUrl });
    new CfnOutput(this, 'OutboundDeadLettersUrl', { value: made.outbound.deadLetters.queueUrl });
  }
}
