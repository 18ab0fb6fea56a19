import { Stack } from 'aws-cdk-lib';
import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from 'aws-cdk-lib/aws-ses';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { SecureTopic } from './secure-topic.ts';

/** Every event that SES can tell of a sent mail. @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestinationDefinition.html */
export const allEventTypes = [
  'send',
  'reject',
  'bounce',
  'complaint',
  'delivery',
  'open',
  'click',
  'renderingFailure',
  'deliveryDelay',
  'subscription',
] as const;

/** SES rewrites a mail's HTML to see these: never for mail whose bytes must not change. */
const trackedEventTypes: ReadonlySet<string> = new Set(['open', 'click']);

/** The two ways mail is sent, with and without open and click tracking, and the topic that hears of both. */
export class ConfigurationSets extends Construct {
  readonly trackingName: string;
  readonly intactName: string;
  readonly eventsTopic: ITopic;

  /** @param existingName a configuration set that exists and gets our event destination; absent: one is made */
  constructor(scope: Construct, id: string, existingName: string | undefined) {
    super(scope, id);
    this.trackingName = existingName ?? new CfnConfigurationSet(this, 'Tracking').ref;
    this.intactName = new CfnConfigurationSet(this, 'Intact').ref;
    const events = new SecureTopic(this, 'Events', {
      displayName: 'Lightermail: what became of sent mail',
      publisher: { service: 'ses.amazonaws.com', sourceArns: this.arns() },
    });
    this.eventsTopic = events.topic;
    this.publish('TrackingEvents', this.trackingName, allEventTypes, events);
    this.publish(
      'IntactEvents',
      this.intactName,
      allEventTypes.filter((type) => !trackedEventTypes.has(type)),
      events,
    );
  }

  arns(): readonly string[] {
    const { account, partition, region } = Stack.of(this);
    return [this.trackingName, this.intactName].map(
      (name) => `arn:${partition}:ses:${region}:${account}:configuration-set/${name}`,
    );
  }

  private publish(id: string, configurationSetName: string, types: readonly string[], events: SecureTopic): void {
    const destination = new CfnConfigurationSetEventDestination(this, id, {
      configurationSetName,
      eventDestination: {
        name: 'lightermail',
        enabled: true,
        matchingEventTypes: [...types],
        snsDestination: { topicArn: events.topic.topicArn },
      },
    });
    // SES tries the topic when the destination is made.
    destination.node.addDependency(events);
  }
}
