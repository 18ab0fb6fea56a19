import { createHash } from 'node:crypto';
import { Duration } from 'aws-cdk-lib';
import { CfnSubscription, type ITopic, Subscription, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { TopicName } from '../topology.ts';

/**
 * How SNS goes on after a subscriber's 5xx, or none of its answers: three times after 5 s, ten times with waits that
 * grow to two minutes, twelve times every two minutes. That covers a restart and a deployment; SNS allows an hour in all.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
const deliveryPolicy = {
  healthyRetryPolicy: {
    minDelayTarget: 5,
    maxDelayTarget: 120,
    numRetries: 25,
    numMinDelayRetries: 3,
    numMaxDelayRetries: 12,
    backoffFunction: 'exponential',
  },
  // What one small server bears; what comes faster waits at SNS.
  throttlePolicy: { maxReceivesPerSecond: 10 },
};

/** SQS's longest: what a subscriber missed waits for whoever repairs it. */
const undeliveredRetention = Duration.days(14);

export interface HttpsSubscribersProps {
  readonly topic: ITopic;
  readonly topicName: TopicName;
  readonly urls: readonly string[];
}

/**
 * Web servers that are sent every message of a topic, signed, in SNS's own envelope. Each has its own queue for what
 * could not be delivered, so that what one has missed is not told the others again.
 */
export class HttpsSubscribers extends Construct {
  /** What could not be delivered, by a name that says topic and host. */
  readonly undelivered: Readonly<Record<string, IQueue>>;

  constructor(scope: Construct, id: string, { topic, topicName, urls }: HttpsSubscribersProps) {
    super(scope, id);
    this.undelivered = Object.fromEntries(urls.map((url) => this.subscribe(topic, topicName, url)));
  }

  /** Named for its URL: the others stay as they are when one comes or goes. */
  private subscribe(topic: ITopic, topicName: TopicName, url: string): [name: string, IQueue] {
    const shortHash = createHash('sha256').update(url).digest('hex').slice(0, 8);
    const deadLetterQueue = new Queue(this, `Undelivered-${shortHash}`, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: undeliveredRetention,
    });
    const subscription = new Subscription(this, `Subscription-${shortHash}`, {
      topic,
      protocol: SubscriptionProtocol.HTTPS,
      endpoint: url,
      rawMessageDelivery: false,
      deadLetterQueue,
    });
    const resource = subscription.node.defaultChild;
    if (!(resource instanceof CfnSubscription)) throw new Error('the subscription has no resource of its own');
    // By itself: CDK writes the backoff's name in capitals, where SNS documents it in small letters.
    resource.deliveryPolicy = deliveryPolicy;
    return [`${topicName}-${new URL(url).hostname}-${shortHash}`, deadLetterQueue];
  }
}
