import { Duration } from 'aws-cdk-lib';
import { BackoffFunction, type ITopic, Subscription, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface WebhookSubscriptionProps {
  readonly topic: ITopic;
  /** `https://…/sns` */
  readonly endpoint: string;
}

/** SQS's most: what lies here waits for an operator. */
const undeliveredDays = 14;

/** Twice after the shortest wait, five times after growing ones, five times after the longest. */
const retries = { minDelaySeconds: 10, maxDelaySeconds: 300, count: 12, atMinDelay: 2, atMaxDelay: 5 } as const;

/** SNS waits so long for each answer. */
const answerSeconds = 15;

/** No longer than this goes by before SNS gives a message up; it allows an hour. */
export const maxUndeliveredSeconds =
  retries.atMinDelay * retries.minDelaySeconds +
  (retries.count - retries.atMinDelay) * retries.maxDelaySeconds +
  (retries.count + 1) * answerSeconds;

/**
 * Has SNS post every message of a topic to an HTTPS endpoint, and again what was not taken. What is not
 * taken in the end, or was refused, is kept for an operator.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export class WebhookSubscription extends Construct {
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { topic, endpoint }: WebhookSubscriptionProps) {
    super(scope, id);
    this.undelivered = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(undeliveredDays),
    });
    new Subscription(this, 'Subscription', {
      topic,
      protocol: SubscriptionProtocol.HTTPS,
      endpoint,
      // Raw, a message would carry no signature.
      rawMessageDelivery: false,
      deadLetterQueue: this.undelivered,
      deliveryPolicy: {
        healthyRetryPolicy: {
          minDelayTarget: Duration.seconds(retries.minDelaySeconds),
          maxDelayTarget: Duration.seconds(retries.maxDelaySeconds),
          numRetries: retries.count,
          numMinDelayRetries: retries.atMinDelay,
          numMaxDelayRetries: retries.atMaxDelay,
          backoffFunction: BackoffFunction.EXPONENTIAL,
        },
      },
    });
  }
}
