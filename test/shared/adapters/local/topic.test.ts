import { describe, expect, it } from 'vitest';
import { describeTopic } from '../../../contract/topic-contract.ts';
import { openTempStores, testStores } from './temp-folder.ts';

describeTopic('SQLite', async () => {
  const stores = await openTempStores();
  return { topic: stores.topics['ses-events'], queue: stores.queues.engagement, close: stores.close };
});

describe('topic in SQLite', () => {
  it('gives the envelope as ASCII alone to the subscribed queue alone', async () => {
    const { topics, queues } = await testStores();
    await topics.arrival.publish({ message: 'Grüße 🎉 \u007f', attributes: { name: 'ü' } });
    const [message] = await queues.inbound.receive(10, 0);
    expect(message?.body).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      TopicArn: 'arn:aws:sns:local:000000000000:lightermail-arrival',
      Message: 'Grüße 🎉 \u007f',
      MessageAttributes: { name: { Type: 'String', Value: 'ü' } },
    });
    expect((await queues.engagement.depth()).messageCount).toBe(0);
    expect((await queues.outbound.depth()).messageCount).toBe(0);
  });

  it('wakes a receiver that waits', async () => {
    const { topics, queues } = await testStores();
    const waiting = queues.inbound.receive(1, 20);
    await topics.arrival.publish({ message: 'm' });
    expect(await waiting).toHaveLength(1);
  });

  it('keeps the last 1,000 messages of each topic for operators, newest first', async () => {
    const { topics, readNotices } = await testStores();
    await topics.alarms.publish({ message: 'alarm' });
    await Promise.all(
      Array.from({ length: 1_005 }, (_, index) =>
        topics.fallback.publish({ subject: `parked ${index}`, message: `${index}`, attributes: { code: 'ERR_EMPTY' } }),
      ),
    );
    const notices = await readNotices('fallback', 2_000);
    expect(notices).toHaveLength(1_000);
    expect(notices[0]).toEqual({
      id: expect.any(String),
      subject: 'parked 1004',
      message: '1004',
      attributes: { code: 'ERR_EMPTY' },
      at: expect.any(Date),
    });
    expect(notices.at(-1)?.message).toBe('5');
    expect((await readNotices('alarms', 10)).map(({ message }) => message)).toEqual(['alarm']);
    expect((await readNotices('fallback', 3)).map(({ message }) => message)).toEqual(['1004', '1003', '1002']);
  });

  it('refuses a message of more than 256 KB', async () => {
    const { topics } = await testStores();
    await expect(topics.fallback.publish({ message: 'ä'.repeat(131_073) })).rejects.toThrow(RangeError);
  });
});
