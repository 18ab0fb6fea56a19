import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  type AlarmRule,
  type FunctionName,
  functionAlarms,
  gapAlarm,
  linkFailures,
  type SendingMeasure,
  sendingAlarms,
} from '../topology.ts';
import { ringAt } from './alarm-bell.ts';
import { countedMetric } from './counted-metric.ts';
import type { LinkApi } from './link-api.ts';

export interface ServiceAlarmsProps {
  readonly functions: Readonly<Record<FunctionName, { readonly lambda: IFunction }>>;
  readonly links: LinkApi;
  readonly metricsNamespace: string;
  readonly topic: ITopic;
}

/** The alarms over everything but the queues: functions, the links' API, SES's judgement of the account, the reconciler. */
export class ServiceAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    const { functions, links, metricsNamespace, topic } = props;
    const ring = (rule: AlarmRule, metric: IMetric) => ringAt(topic, this, { ...rule, metric });
    const names = Object.keys(functions) as FunctionName[];
    this.alarms = [
      ...names.flatMap((name) =>
        functionAlarms(name).map((rule) => {
          const options = { period: Duration.seconds(rule.periodSeconds) };
          const { lambda } = functions[name];
          return ring(rule, rule.measure === 'errors' ? lambda.metricErrors(options) : lambda.metricThrottles(options));
        }),
      ),
      ring(linkFailures, links.serverErrors(linkFailures.periodSeconds)),
      ...sendingAlarms.map((rule) => ring(rule, sendingMetric(rule.measure, rule.periodSeconds))),
      ring(gapAlarm, countedMetric(metricsNamespace, gapAlarm.measure, {}, gapAlarm.periodSeconds, 'Maximum')),
    ];
  }
}

/**
 * How SES judges the whole account in this region.
 * @see https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
 */
export function sendingMetric(measure: SendingMeasure, periodSeconds: number): Metric {
  const metricName = measure === 'bounceRate' ? 'Reputation.BounceRate' : 'Reputation.ComplaintRate';
  return new Metric({
    namespace: 'AWS/SES',
    metricName,
    period: Duration.seconds(periodSeconds),
    statistic: 'Maximum',
  });
}
