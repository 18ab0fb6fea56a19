import { Duration } from 'aws-cdk-lib';
import type { Alarm, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmTopology, QueueName } from '../topology.ts';
import { ringAt, type WatchedAlarm } from './alarm-bell.ts';
import type { PipelineQueue } from './pipeline-queue.ts';

export interface QueueAlarmsProps {
  readonly alarms: readonly AlarmTopology[];
  readonly queues: Readonly<Record<QueueName, PipelineQueue>>;
  /** What could not be handed to others than these queues, by what they are called. */
  readonly undelivered: Readonly<Record<string, IQueue>>;
  readonly topic: ITopic;
}

/**
 * The topology's alarms, and one for what each queue was not handed over, which only AWS knows: each tells the topic
 * when it begins and when it ends.
 */
export class QueueAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { alarms, queues, undelivered, topic }: QueueAlarmsProps) {
    super(scope, id);
    const notHanded = Object.entries(queues).flatMap(([name, queue]) =>
      queue.undelivered === undefined ? [] : [toUndeliveredAlarm(name, `${name} queue`, queue.undelivered)],
    );
    const notTold = Object.entries(undelivered).map(([name, queue]) =>
      toUndeliveredAlarm(name, `subscriber ${name}`, queue),
    );
    const watched = alarms.map((alarm) => ({ ...alarm, metric: measure(queues[alarm.queue], alarm) }));
    this.alarms = [...watched, ...notHanded, ...notTold].map((one) => ringAt(topic, this, one));
  }
}

/** One message that was not handed over is one too many: it was never in the queue, so nothing tries it again. */
function toUndeliveredAlarm(name: string, receiver: string, undelivered: IQueue): WatchedAlarm {
  return {
    name: `${name}-undelivered`,
    description: `Messages could not be handed to the ${receiver}: look at its queue of undelivered ones.`,
    metric: undelivered.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
    threshold: 0,
    periods: 1,
  };
}

/**
 * The metric behind a measure. A queue's messages are those that wait: the few in flight are being worked on.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function measure({ queue, deadLetters }: PipelineQueue, { measure: kind, periodSeconds }: AlarmTopology): IMetric {
  const options = { period: Duration.seconds(periodSeconds), statistic: 'Maximum' };
  switch (kind) {
    case 'deadLetterCount':
      return deadLetters.metricApproximateNumberOfMessagesVisible(options);
    case 'oldestAgeSeconds':
      return queue.metricApproximateAgeOfOldestMessage(options);
    case 'messageCount':
      return queue.metricApproximateNumberOfMessagesVisible(options);
  }
}
