import type { Metrics } from '../ports/metrics.ts';
import type { EngagementOutcome } from './engagement-ports.ts';

/** Counts what became of each event. */
export function countEvents(metrics: Metrics | undefined): (outcome: EngagementOutcome) => void {
  return (outcome) => metrics?.count('events', { outcome });
}
