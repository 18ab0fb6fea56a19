import { describe, expect, it } from 'vitest';
import { startEventSimulator } from '../../../infra/local/event-simulator.ts';
import type { DeliveredListener } from '../../../shared/adapters/local/mailbox.ts';
import { memoryTopic, setClock } from './fakes.ts';

function simulate() {
  const listeners = new Set<DeliveredListener>();
  const topic = memoryTopic('ses-events');
  const mailbox = {
    onDelivered(listener: DeliveredListener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const stop = startEventSimulator({ mailbox, topic, clock: setClock() });
  const deliver = async (rcptTo: string) => {
    const emailTags = { email_id: 'abcdefgh' };
    for (const listener of listeners) {
      await listener({ emailId: 'abcdefgh', transportId: 't-1', rcptTo, mailFrom: 'n@example.com', emailTags });
    }
  };
  return { topic, deliver, stop };
}

describe('event simulator', () => {
  it('publishes the events of a mail in order', async () => {
    const { topic, deliver } = simulate();
    await deliver('complaint@simulator.amazonses.com');

    const events = topic.published.map(({ message }) => JSON.parse(message));
    expect(events.map(({ eventType }) => eventType)).toEqual(['Send', 'Delivery', 'Complaint']);
    expect(events[0].mail.tags.email_id).toEqual(['abcdefgh']);
  });

  it('fails the send when an event cannot be published', async () => {
    const { topic, deliver } = simulate();
    topic.failure = new Error('down');

    await expect(deliver('a@example.com')).rejects.toThrow('down');
  });

  it('is quiet once it was stopped', async () => {
    const { topic, deliver, stop } = simulate();
    stop();
    await deliver('a@example.com');

    expect(topic.published).toEqual([]);
  });
});
