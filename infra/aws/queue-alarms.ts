import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmTopology, QueueName } from '../topology.ts';
import type { PipelineQueue } from './pipeline-queue.ts';

export interface QueueAlarmsProps {
  readonly alarms: readonly AlarmTopology[];
  readonly queues: Readonly<Record<QueueName, PipelineQueue>>;
  readonly topic: ITopic;
}

/** An alarm beside the measure it watches. */
interface WatchedAlarm extends Pick<AlarmTopology, 'name' | 'description' | 'threshold' | 'periods'> {
  readonly metric: IMetric;
}

/**
 * The topology's alarms, and one for what each queue was not handed over, which only AWS knows: each tells the topic
 * when it begins and when it ends.
 */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, { alarms, queues, topic }: QueueAlarmsProps) {
    super(scope, id);
    for (const alarm of alarms) this.ring({ ...alarm, metric: measure(queues[alarm.queue], alarm) }, topic);
    for (const [name, { undelivered }] of Object.entries(queues)) {
      if (undelivered !== undefined) this.ring(toUndeliveredAlarm(name, undelivered), topic);
    }
  }

  private ring({ name, description, metric, threshold, periods }: WatchedAlarm, topic: ITopic): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: description,
      metric,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold,
      evaluationPeriods: periods,
      // SQS reports nothing of a queue that was unused for six hours: that is no fault.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

/** One message that was not handed over is one too many: it was never in the queue, so nothing tries it again. */
function toUndeliveredAlarm(queue: string, undelivered: IQueue): WatchedAlarm {
  return {
    name: `${queue}-undelivered`,
    description: `Messages could not be handed to the ${queue} queue: look at its queue of undelivered ones.`,
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
