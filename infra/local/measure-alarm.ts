import type { LocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import type { AlarmTopology } from '../topology.ts';

/** The present value of what an alarm watches. */
export async function measureAlarm(
  { queues, deadLetters }: Pick<LocalStores, 'queues' | 'deadLetters'>,
  { queue, measure }: AlarmTopology,
): Promise<number> {
  if (measure === 'deadLetterCount') return deadLetters.count(queue);
  const depth = await queues[queue].depth();
  return measure === 'messageCount' ? depth.visibleCount : (depth.oldestAgeSeconds ?? 0);
}
