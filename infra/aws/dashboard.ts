import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EmailState, MailState } from '../../shared/contracts/records.ts';
import type { FunctionName, QueueName } from '../topology.ts';
import { countedMetric } from './counted-metric.ts';
import type { LinkApi } from './link-api.ts';
import type { PipelineQueue } from './pipeline-queue.ts';
import { sendingMetric } from './service-alarms.ts';

export interface DashboardProps {
  readonly queues: Readonly<Record<QueueName, PipelineQueue>>;
  readonly functions: Readonly<Record<FunctionName, { readonly lambda: IFunction }>>;
  readonly links: LinkApi;
  readonly metricsNamespace: string;
  readonly alarms: readonly IAlarm[];
}

const mailStates: readonly MailState[] = ['relayed', 'parked', 'quarantined', 'ignored', 'stuck'];
const outcomes: readonly EmailState[] = ['sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed'];
const sesMetrics = ['Send', 'Delivery', 'Bounce', 'Complaint', 'Reject'] as const;

const periodSeconds = 300;
const period = Duration.seconds(periodSeconds);
/** Three beside each other: CloudWatch's grid is 24 wide. */
const width = 8;
const wholeWidth = 24;

/** One page for the state of an installation, from its mails to the services that carry them. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { alarms, metricsNamespace: namespace, links } = props;
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: wholeWidth, height: 4 })],
        endWidgets(namespace),
        queueWidgets(props.queues),
        functionWidgets(props.functions),
        sendingWidgets(),
        [
          graph('Links: answers', links.answers(periodSeconds)),
          graph('Links: how long an answer takes (p99, ms)', [links.latency(periodSeconds)]),
          graph('Links: downloads', [
            countedMetric(namespace, 'linkDownloads', { kind: 'file' }, periodSeconds).with({ label: 'files' }),
            countedMetric(namespace, 'linkDownloads', { kind: 'archive' }, periodSeconds).with({ label: 'archives' }),
          ]),
        ],
      ],
    });
  }
}

function graph(title: string, left: readonly IMetric[]): IWidget {
  return new GraphWidget({ title, left: [...left], width, height: 6, leftYAxis: { min: 0 } });
}

function endWidgets(namespace: string): IWidget[] {
  return [
    graph(
      'Mails by their end',
      mailStates.map((state) => countedMetric(namespace, 'mails', { state }, periodSeconds).with({ label: state })),
    ),
    graph(
      'Emails by their outcome',
      outcomes.map((label) => countedMetric(namespace, 'emails', { outcome: label }, periodSeconds).with({ label })),
    ),
    graph('Mails without an end, and announced anew', [
      countedMetric(namespace, 'openGaps', {}, 900, 'Maximum'),
      countedMetric(namespace, 'announcedMails', {}, 900),
    ]),
  ];
}

function queueWidgets(queues: DashboardProps['queues']): IWidget[] {
  const each = (metric: (queue: PipelineQueue, label: string) => IMetric) =>
    Object.entries(queues).map(([label, queue]) => metric(queue, label));
  const options = { period, statistic: 'Maximum' };
  return [
    graph(
      'Queues: messages that wait',
      each(({ queue }, label) => queue.metricApproximateNumberOfMessagesVisible({ ...options, label })),
    ),
    graph(
      'Queues: age of the oldest message (s)',
      each(({ queue }, label) => queue.metricApproximateAgeOfOldestMessage({ ...options, label })),
    ),
    graph(
      'Queues: dead letters',
      each(({ deadLetters }, label) => deadLetters.metricApproximateNumberOfMessagesVisible({ ...options, label })),
    ),
  ];
}

function functionWidgets(functions: DashboardProps['functions']): IWidget[] {
  const each = (metric: (lambda: IFunction, label: string) => IMetric) =>
    Object.entries(functions).map(([label, { lambda }]) => metric(lambda, label));
  return [
    graph(
      'Functions: errors',
      each((lambda, label) => lambda.metricErrors({ period, label })),
    ),
    graph(
      'Functions: how long a run takes (p99, ms)',
      each((lambda, label) => lambda.metricDuration({ period, label, statistic: 'p99' })),
    ),
    graph(
      'Functions: throttles',
      each((lambda, label) => lambda.metricThrottles({ period, label })),
    ),
  ];
}

function sendingWidgets(): IWidget[] {
  const ses = (metricName: string) => new Metric({ namespace: 'AWS/SES', metricName, period, statistic: 'Sum' });
  return [
    graph('SES, the whole account: mails', sesMetrics.map(ses)),
    graph('SES: bounce rate', [sendingMetric('bounceRate', periodSeconds)]),
    graph('SES: complaint rate', [sendingMetric('complaintRate', periodSeconds)]),
  ];
}
