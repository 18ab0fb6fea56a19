import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Counted, MetricName } from '../../shared/ports/metrics.ts';

/**
 * What the functions count, as CloudWatch has it.
 * @param by the words by which it is told apart, the first of them or all
 */
export function countedMetric<Name extends MetricName>(
  namespace: string,
  name: Name,
  by: Partial<Counted[Name]>,
  periodSeconds: number,
  statistic: 'Sum' | 'Maximum' = 'Sum',
): Metric {
  const dimensionsMap = Object.fromEntries(Object.entries(by).map(([key, value]) => [key, String(value)]));
  return new Metric({
    namespace,
    metricName: name,
    dimensionsMap,
    period: Duration.seconds(periodSeconds),
    statistic,
  });
}
