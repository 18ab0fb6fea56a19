import { describe, expect, it } from 'vitest';
import { createAlarmWatcher } from '../../../infra/local/alarm-watcher.ts';
import { alarms, queueNames } from '../../../infra/topology.ts';
import { memoryTopic, quietLog, setClock } from './fakes.ts';

function watch(name: string) {
  const clock = setClock();
  const topic = memoryTopic('alarms');
  const measured = { value: 0 };
  const watcher = createAlarmWatcher({
    alarms: alarms().filter((alarm) => alarm.name === name),
    measure: async () => measured.value,
    clock,
    topic,
    log: quietLog,
  });
  const told = () => topic.published.map(({ message }) => JSON.parse(message).NewStateValue);
  const minute = async (value: number) => {
    measured.value = value;
    await watcher.tick();
    clock.advance(60);
  };
  return { watcher, topic, told, minute, clock, measured };
}

describe('alarm watcher', () => {
  it('rings when the measure is above the threshold, once, and tells the end', async () => {
    const { watcher, topic, told, minute } = watch('inbound-dead-letters');

    await minute(50);
    expect(told()).toEqual([]);
    await minute(51);
    await minute(52);
    expect(told()).toEqual(['ALARM']);
    expect(topic.published[0]?.subject).toBe('ALARM: "inbound-dead-letters"');
    expect(watcher.standings()).toMatchObject([{ state: 'alarm', value: 52, threshold: 50 }]);

    await minute(0);
    expect(told()).toEqual(['ALARM', 'OK']);
    expect(watcher.standings()).toMatchObject([{ state: 'ok', value: 0 }]);
  });

  it('rings only after so many periods in a row', async () => {
    const { told, minute } = watch('inbound-queued-messages');

    for (const value of [181, 181, 181, 181, 180, 181, 181, 181, 181]) await minute(value);
    expect(told()).toEqual([]);
    await minute(181);

    expect(told()).toEqual(['ALARM']);
  });

  it.each(queueNames.filter((name) => name !== 'inbound'))(
    'H15 rings at the first dead letter of the %s queue',
    async (queue) => {
      const { told, minute } = watch(`${queue}-dead-letters`);

      await minute(0);
      expect(told()).toEqual([]);
      await minute(1);
      expect(told()).toEqual(['ALARM']);
      await minute(0);
      expect(told()).toEqual(['ALARM', 'OK']);
    },
  );

  it('counts one period once, however often it is asked', async () => {
    const { watcher, told, clock, measured } = watch('inbound-queued-messages');
    measured.value = 1000;

    for (let second = 0; second < 200; second += 5) {
      await watcher.tick();
      clock.advance(5);
    }

    expect(told()).toEqual([]);
  });

  it('tells again at the next period when the topic failed', async () => {
    const { topic, told, minute, watcher, clock } = watch('inbound-dead-letters');
    topic.failure = new Error('down');

    await expect(minute(99)).rejects.toThrow('down');
    expect(watcher.standings()).toMatchObject([{ state: 'ok' }]);
    topic.failure = undefined;
    clock.advance(60);
    await minute(99);

    expect(told()).toEqual(['ALARM']);
  });
});
