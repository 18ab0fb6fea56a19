import type { LocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import { createMailGaps } from '../../shared/records/mail-gaps.ts';
import type { AlarmTopology, gapAlarm } from '../topology.ts';

/** The alarms that one machine watches: those over its queues, and the reconciler's. */
export type LocalAlarm = AlarmTopology | typeof gapAlarm;

/** The present value of what an alarm watches. */
export async function measureAlarm(
  { store, queues, deadLetters }: Pick<LocalStores, 'store' | 'queues' | 'deadLetters'>,
  alarm: LocalAlarm,
): Promise<number> {
  if (alarm.measure === 'openGaps') return createMailGaps({ store }).toldCount();
  const { queue, measure } = alarm;
  if (measure === 'deadLetterCount') return deadLetters.count(queue);
  const depth = await queues[queue].depth();
  return measure === 'messageCount' ? depth.visibleCount : (depth.oldestAgeSeconds ?? 0);
}
