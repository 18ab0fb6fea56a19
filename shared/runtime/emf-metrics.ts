import type { MetricName, Metrics } from '../ports/metrics.ts';
import type { Clock } from '../ports/platform.ts';

export interface EmfMetricsOptions {
  /** CloudWatch's namespace, one for each installation. */
  readonly namespace: string;
  readonly clock: Clock;
  /** Takes one finished line; standard output by default, from where Lambda takes it to CloudWatch. */
  readonly write?: (line: string) => void;
}

const units: Partial<Record<MetricName, 'Bytes'>> = { offloadedBytes: 'Bytes' };

/**
 * Counts by a line of CloudWatch's embedded metric format each, written at once: no call, nothing to flush, and what is
 * counted is not lost with the invocation. Beside the full set of dimensions each shorter one is counted too, so that
 * `mails` can be had by state alone.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createEmfMetrics({ namespace, clock, write = toStandardOutput }: EmfMetricsOptions): Metrics {
  return {
    count(name, by, amount = 1) {
      const dimensions = Object.keys(by);
      const sets = dimensions.length === 0 ? [[]] : dimensions.map((_, index) => dimensions.slice(0, index + 1));
      const metric = { Name: name, Unit: units[name] ?? 'Count' };
      const metadata = {
        Timestamp: clock.now().getTime(),
        CloudWatchMetrics: [{ Namespace: namespace, Dimensions: sets, Metrics: [metric] }],
      };
      write(JSON.stringify({ _aws: metadata, ...by, [name]: amount }));
    },
  };
}

function toStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}
