import type { QueueName } from '../../infra/topology.ts';
import { createSqsClient } from '../adapters/aws/aws-clients.ts';
import { createSqsJobQueue } from '../adapters/aws/sqs-job-queue.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { AwsConfig } from './aws-config.ts';

/** The dead-letter queues as queues of their own, to be looked into and emptied; without those that are not set. */
export function awsDeadLetters(config: AwsConfig): Readonly<Partial<Record<QueueName, JobQueue>>> {
  const client = createSqsClient();
  const open = (name: string, queueUrl: string) =>
    createSqsJobQueue({ client, name, queueUrl, deadLetterQueueUrl: queueUrl });
  const links = config.LIGHTERMAIL_LINKS_DLQ_URL;
  return {
    inbound: open('inbound-dead-letters', config.LIGHTERMAIL_INBOUND_DLQ_URL),
    outbound: open('outbound-dead-letters', config.LIGHTERMAIL_OUTBOUND_DLQ_URL),
    engagement: open('engagement-dead-letters', config.LIGHTERMAIL_ENGAGEMENT_DLQ_URL),
    ...(links === undefined ? {} : { links: open('links-dead-letters', links) }),
  };
}
