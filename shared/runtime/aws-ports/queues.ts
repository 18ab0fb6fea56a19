import { createSqsClient } from '../../adapters/aws/aws-clients.ts';
import { createSqsJobQueue } from '../../adapters/aws/sqs-job-queue.ts';
import type { JobQueue } from '../../ports/job-queue.ts';
import { once } from './once.ts';
import type { PortMakers } from './port-makers.ts';

const sqs = once(() => createSqsClient());

const toQueue = (name: string, queueUrl: string, deadLetterQueueUrl: string): JobQueue =>
  createSqsJobQueue({ client: sqs(), name, queueUrl, deadLetterQueueUrl });

/** The queues, on SQS. */
export const queuePorts = {
  inboundQueue: ({ config }) =>
    toQueue('inbound', config.LIGHTERMAIL_INBOUND_QUEUE_URL, config.LIGHTERMAIL_INBOUND_DLQ_URL),
  outboundQueue: ({ config }) =>
    toQueue('outbound', config.LIGHTERMAIL_OUTBOUND_QUEUE_URL, config.LIGHTERMAIL_OUTBOUND_DLQ_URL),
  engagementQueue: ({ config }) =>
    toQueue('engagement', config.LIGHTERMAIL_ENGAGEMENT_QUEUE_URL, config.LIGHTERMAIL_ENGAGEMENT_DLQ_URL),
  linkQueue: ({ config }) => {
    const { LIGHTERMAIL_LINKS_QUEUE_URL: url, LIGHTERMAIL_LINKS_DLQ_URL: deadLettersUrl } = config;
    return url === undefined || deadLettersUrl === undefined ? undefined : toQueue('links', url, deadLettersUrl);
  },
} satisfies PortMakers;
