import { createSqsClient } from '../adapters/aws/aws-clients.ts';
import { createSqsJobQueue } from '../adapters/aws/sqs-job-queue.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { NatsRelayConfig } from './nats-config.ts';

/**
 * The queue of SES's events, where eventing is on.
 * @throws PermanentMailError `ERR_SETTING` when it is on and no queue is set
 */
export function openEventQueue({ isEventing, eventQueueUrl }: NatsRelayConfig): JobQueue | undefined {
  if (!isEventing) return undefined;
  if (eventQueueUrl === undefined) {
    const text = 'SES_EVENTING_ENABLED is true, but SES_ENGAGEMENT_SQS_QUEUE_URL is not set';
    throw new PermanentMailError('ERR_SETTING', text);
  }
  // The relay rejects nothing to dead letters itself: the queue's own redrive policy does that.
  const deadLetterQueueUrl = eventQueueUrl;
  return createSqsJobQueue({
    client: createSqsClient(),
    name: 'engagement',
    queueUrl: eventQueueUrl,
    deadLetterQueueUrl,
  });
}
