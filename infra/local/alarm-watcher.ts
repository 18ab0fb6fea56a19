import type { Logger } from '../../shared/ports/logger.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import type { Topic } from '../../shared/ports/topic.ts';
import type { AlarmRule } from '../topology.ts';

/** Where an alarm stands. */
export interface AlarmStanding {
  readonly name: string;
  readonly description: string;
  readonly state: 'ok' | 'alarm';
  /** ISO 8601: when the state began. */
  readonly since: string;
  readonly value: number;
  readonly threshold: number;
}

/** An alarm with the name of its measure, and of the queue that it is over, if any. */
export interface WatchedAlarm extends AlarmRule {
  readonly measure: string;
  readonly queue?: string;
}

export interface AlarmWatcherOptions<Watched extends WatchedAlarm = WatchedAlarm> {
  readonly alarms: readonly Watched[];
  readonly measure: (alarm: Watched) => Promise<number>;
  readonly clock: Clock;
  readonly topic: Topic;
  readonly log: Logger;
}

export interface AlarmWatcher {
  /** Measures what is due; call it more often than the shortest period. */
  tick(): Promise<void>;
  standings(): readonly AlarmStanding[];
}

interface Watch<Watched extends WatchedAlarm> {
  readonly alarm: Watched;
  dueAtMs: number;
  breachCount: number;
  standing: AlarmStanding;
}

/**
 * Does what CloudWatch does for the alarms of the topology: measures once each period, rings after so many periods in
 * a row above the threshold, ends with the first that is not, and tells the alarms topic of both.
 */
export function createAlarmWatcher<Watched extends WatchedAlarm>(options: AlarmWatcherOptions<Watched>): AlarmWatcher {
  const watches = options.alarms.map((alarm) => toWatch(alarm, options.clock.now()));
  return {
    async tick() {
      const now = options.clock.now();
      for (const watch of watches.filter(({ dueAtMs }) => dueAtMs <= now.getTime())) {
        await evaluate(options, watch, now);
      }
    },
    standings: () => watches.map(({ standing }) => standing),
  };
}

function toWatch<Watched extends WatchedAlarm>(alarm: Watched, now: Date): Watch<Watched> {
  const { name, description, threshold } = alarm;
  const standing = { name, description, state: 'ok', since: now.toISOString(), value: 0, threshold } as const;
  return { alarm, dueAtMs: now.getTime(), breachCount: 0, standing };
}

async function evaluate<Watched extends WatchedAlarm>(
  options: AlarmWatcherOptions<Watched>,
  watch: Watch<Watched>,
  now: Date,
): Promise<void> {
  const { alarm, standing } = watch;
  const value = await options.measure(alarm);
  watch.dueAtMs = now.getTime() + alarm.periodSeconds * 1000;
  watch.breachCount = value > alarm.threshold ? watch.breachCount + 1 : 0;
  const state = watch.breachCount >= alarm.periods ? 'alarm' : 'ok';
  if (state === standing.state) {
    watch.standing = { ...standing, value };
    return;
  }
  const changed: AlarmStanding = { ...standing, state, value, since: now.toISOString() };
  // First told, then taken over: when the topic fails, the next period tells again.
  await options.topic.publish({
    subject: `${state === 'alarm' ? 'ALARM' : 'OK'}: "${alarm.name}"`,
    message: toAlarmMessage(alarm, standing, changed),
  });
  watch.standing = changed;
  const fields = { alarm: alarm.name, value, threshold: alarm.threshold };
  if (state === 'alarm') options.log.warn('alarm begins', fields);
  else options.log.info('alarm ends', fields);
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html for the states */
function toAlarmMessage(alarm: WatchedAlarm, before: AlarmStanding, after: AlarmStanding): string {
  const { queue, measure } = alarm;
  const what = queue === undefined ? measure : `${measure} of ${queue}`;
  const word = (standing: AlarmStanding) => (standing.state === 'alarm' ? 'ALARM' : 'OK');
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: alarm.description,
    NewStateValue: word(after),
    OldStateValue: word(before),
    NewStateReason: `${what} is ${after.value}, the threshold is ${alarm.threshold}`,
    StateChangeTime: after.since,
    Region: 'local',
    Trigger: {
      MetricName: measure,
      Namespace: 'Lightermail',
      Dimensions: queue === undefined ? [] : [{ name: 'QueueName', value: queue }],
      Period: alarm.periodSeconds,
      EvaluationPeriods: alarm.periods,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: alarm.threshold,
    },
  });
}
