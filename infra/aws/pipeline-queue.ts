import { Duration } from 'aws-cdk-lib';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue as SqsTarget } from 'aws-cdk-lib/aws-events-targets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueTopology } from '../topology.ts';

/**
 * A queue with its dead-letter queue, both encrypted and reached over TLS only. The dead-letter queue belongs to the
 * queue, not to its function, and takes redrives of this queue alone.
 */
export class PipelineQueue extends Construct {
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
  private undeliveredQueue: IQueue | undefined;
  private readonly deadLetterRetention: Duration;

  constructor(scope: Construct, id: string, topology: QueueTopology) {
    super(scope, id);
    this.deadLetterRetention = Duration.days(topology.deadLetterRetentionDays);
    this.deadLetters = this.makeDeadLetters('DeadLetters');
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(topology.visibilitySeconds),
      retentionPeriod: Duration.days(topology.retentionDays),
      receiveMessageWaitTime: Duration.seconds(longestPollSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: topology.maxReceiveCount },
    });
  }

  /** What a topic or a rule could not hand over; absent where nothing hands over to this queue. */
  get undelivered(): IQueue | undefined {
    return this.undeliveredQueue;
  }

  /**
   * Has the topic hand every message to this queue. What SNS cannot deliver goes to a queue of its own: a redrive from
   * `deadLetters` would refuse messages that never were in the queue.
   */
  subscribe(topic: ITopic): void {
    topic.addSubscription(new SqsSubscription(this.queue, { deadLetterQueue: this.makeUndelivered() }));
  }

  /** Has the rule hand every event to this queue; what it cannot, after a day of tries, goes to a queue of its own. */
  takeEvents(rule: Rule): void {
    rule.addTarget(new SqsTarget(this.queue, { deadLetterQueue: this.makeUndelivered() }));
  }

  private makeUndelivered(): Queue {
    const queue = this.makeDeadLetters('Undelivered');
    this.undeliveredQueue = queue;
    return queue;
  }

  private makeDeadLetters(id: string): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: this.deadLetterRetention,
    });
  }
}

/** SQS's longest wait for a first message: fewer empty answers. */
const longestPollSeconds = 20;
