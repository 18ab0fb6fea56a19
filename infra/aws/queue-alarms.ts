import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmTopology, QueueName } from '../topology.ts';
import type { PipelineQueue } from './pipeline-queue.ts';

export interface QueueAlarmsProps {
  readonly alarms: readonly AlarmTopology[];
  readonly queues: Readonly<Record<QueueName, PipelineQueue>>;
  readonly topic: ITopic;
}

/** The topology's alarms: each tells the topic when it begins and when it ends. */
export class QueueAlarms extends Construct {
  constructor(scope: Construct, id: string, props: QueueAlarmsProps) {
    super(scope, id);
    for (const topology of props.alarms) {
      const alarm = new Alarm(this, topology.name, {
        alarmName: `${Stack.of(this).stackName}-${topology.name}`,
        alarmDescription: topology.description,
        metric: measure(props.queues[topology.queue], topology),
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold: topology.threshold,
        evaluationPeriods: topology.periods,
        // SQS reports nothing of a queue that was unused for six hours: that is no fault.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      const action = new SnsAction(props.topic);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
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
