import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AlarmRule } from '../topology.ts';

/** An alarm beside the measure it watches, whose period is the metric's. */
export interface WatchedAlarm extends Omit<AlarmRule, 'periodSeconds'> {
  readonly metric: IMetric;
}

/** An alarm that tells the topic when it begins and when it ends. */
export function ringAt(topic: ITopic, scope: Construct, watched: WatchedAlarm): Alarm {
  const { name, description, metric, threshold, periods } = watched;
  const alarm = new Alarm(scope, name, {
    alarmName: `${Stack.of(scope).stackName}-${name}`,
    alarmDescription: description,
    metric,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    threshold,
    evaluationPeriods: periods,
    // Services report nothing of what is unused, SQS of a queue after six hours: that is no fault.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  const action = new SnsAction(topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  return alarm;
}
