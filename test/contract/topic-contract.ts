import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobQueue } from '../../shared/ports/job-queue.ts';
import type { Topic, TopicMessage } from '../../shared/ports/topic.ts';
import { until } from './until.ts';

export interface OpenedTopic {
  readonly topic: Topic;
  /** Subscribed to the topic without raw delivery, and empty. */
  readonly queue: JobQueue;
  close(): Promise<void>;
}

/** What a subscriber is given. @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
interface Envelope {
  readonly Type: string;
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Type: string; readonly Value: string }>>;
}

/** What every topic must do towards a queue that is subscribed to it. */
export function describeTopic(name: string, open: () => Promise<OpenedTopic>): void {
  describe(`topic: ${name}`, () => {
    let opened: OpenedTopic;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    async function published(message: TopicMessage): Promise<Envelope> {
      await opened.topic.publish(message);
      const received = await until('the published message', async () => (await opened.queue.receive(1, 1))[0]);
      await opened.queue.acknowledge(received.receiptHandle);
      return JSON.parse(received.body) as Envelope;
    }

    it('publish gives the subscribed queue one SNS envelope', async () => {
      const envelope = await published({
        subject: 'Mail parked',
        message: '{"code":"ERR_NO_RECIPIENTS"}',
        attributes: { code: 'ERR_NO_RECIPIENTS', routeId: 'capture' },
      });
      expect(envelope).toMatchObject({
        Type: 'Notification',
        Subject: 'Mail parked',
        Message: '{"code":"ERR_NO_RECIPIENTS"}',
        MessageAttributes: {
          code: { Type: 'String', Value: 'ERR_NO_RECIPIENTS' },
          routeId: { Type: 'String', Value: 'capture' },
        },
      });
      expect(envelope.MessageId).not.toBe('');
      expect(envelope.TopicArn).toMatch(/^arn:aws:sns:[^:]*:\d{12}:\S+$/);
      expect(envelope.TopicArn).toContain(opened.topic.name);
      expect(Math.abs(Date.parse(envelope.Timestamp) - Date.now())).toBeLessThan(60_000);
      expect(await opened.queue.receive(10, 0)).toEqual([]);
    });

    it('publish without subject and attributes gives an envelope without subject', async () => {
      const envelope = await published({ message: 'plain' });
      expect(envelope.Message).toBe('plain');
      expect(envelope.Subject).toBeUndefined();
    });

    it('a message with any characters comes through unchanged', async () => {
      const message = 'Grüße 日本語 🎉 \u2028 "quoted" \\ line\nend\ttab';
      expect((await published({ message })).Message).toBe(message);
    });

    it('a message of 200 KB comes through', async () => {
      expect((await published({ message: 'x'.repeat(200_000) })).Message).toHaveLength(200_000);
    });

    it.each([
      ['a line break', 'one\r\ntwo: three'],
      ['non-ASCII text', 'Grüße 🎉'],
      ['200 characters', 'y'.repeat(200)],
      ['control characters alone', '\u0000\u0007'],
      ['blanks in front', '   spaced'],
    ])('a subject with %s is made into one that SNS allows', async (_name, subject) => {
      const envelope = await published({ subject, message: 'm' });
      expect(envelope.Message).toBe('m');
      if (envelope.Subject !== undefined) expect(envelope.Subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,99}$/);
    });
  });
}
