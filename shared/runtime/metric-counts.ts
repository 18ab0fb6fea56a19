import type { MetricName, Metrics } from '../ports/metrics.ts';

/** What was counted so far under one name and the same words. */
export interface MetricCount {
  readonly name: MetricName;
  readonly by: Readonly<Record<string, string>>;
  readonly total: number;
}

/** Counts in memory, from the start of the process. */
export interface MetricCounts extends Metrics {
  counts(): readonly MetricCount[];
}

export function createMetricCounts(): MetricCounts {
  const counts = new Map<string, MetricCount>();
  return {
    count(name, by, amount = 1) {
      const key = JSON.stringify([name, by]);
      const total = (counts.get(key)?.total ?? 0) + amount;
      counts.set(key, { name, by: { ...by }, total });
    },
    counts: () => [...counts.values()],
  };
}
