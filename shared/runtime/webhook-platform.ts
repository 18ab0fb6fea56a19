import { createSnsClient, createSqsClient } from '../adapters/aws/aws-clients.ts';
import { createCertificateFetch } from '../adapters/aws/sns-certificate-fetch.ts';
import { createSigningKeys } from '../adapters/aws/sns-signing-keys.ts';
import { createSnsSubscriptions, type SnsSubscriptions } from '../adapters/aws/sns-subscriptions.ts';
import { createSnsVerifier, type VerifiedSnsMessage } from '../adapters/aws/sns-verifier.ts';
import { createSqsJobQueue } from '../adapters/aws/sqs-job-queue.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { Platform } from '../ports/platform.ts';
import type { AwsConfig } from './aws-config.ts';
import { awsFunctionPlatform } from './aws-function-platform.ts';
import { bucketPorts } from './aws-ports/buckets.ts';
import { mailPorts } from './aws-ports/mail.ts';
import { queuePorts } from './aws-ports/queues.ts';
import { routePorts } from './aws-ports/routes.ts';
import { secretPorts } from './aws-ports/secrets.ts';
import { storePorts } from './aws-ports/store.ts';
import { processedMailPorts, topicPorts } from './aws-ports/topics.ts';
import { systemClock } from './ids.ts';
import type { InlineAwsConfig, WebhookConfig } from './webhook-config.ts';

/** What the subscriber has of SNS: whose messages to believe, and how to answer an invitation. */
export interface SnsSide {
  /** @see createSnsVerifier */
  readonly verify: (body: string) => Promise<VerifiedSnsMessage>;
  readonly subscriptions: SnsSubscriptions;
}

/** SNS as it is on AWS; its certificates from a stand-in where one is set. */
export function openSnsSide({ topicArns, certificatesFrom: standIn }: WebhookConfig): SnsSide {
  const fetchCertificate = createCertificateFetch(standIn === undefined ? {} : { standIn });
  const signingKeys = createSigningKeys({ fetchCertificate, clock: systemClock });
  return {
    verify: createSnsVerifier({ topicArns, signingKeys, clock: systemClock }),
    subscriptions: createSnsSubscriptions((region) => createSnsClient({ region })),
  };
}

/** The inbound queue, to send to; its dead letters are its reader's to write. */
export function openInboundQueue(queueUrl: string): Pick<JobQueue, 'send'> {
  return createSqsJobQueue({ client: createSqsClient(), name: 'inbound', queueUrl, deadLetterQueueUrl: queueUrl });
}

/** The dead letters of inbound mail, for a process that reads no queue. */
export function openInboundDeadLetters({
  LIGHTERMAIL_INBOUND_DLQ_URL: url,
}: InlineAwsConfig): Pick<JobQueue, 'reject'> {
  return createSqsJobQueue({ client: createSqsClient(), name: 'inbound', queueUrl: url, deadLetterQueueUrl: url });
}

/** The ports that processing inbound mail needs. None of them reads a setting that the process was not asked for. */
export function openInlinePlatform(config: InlineAwsConfig, log: Logger): Platform {
  const { outboundQueue } = queuePorts;
  const makers = { ...storePorts, ...bucketPorts, ...topicPorts, ...mailPorts, ...routePorts, ...secretPorts };
  return awsFunctionPlatform(config as AwsConfig, { ...makers, ...processedMailPorts, outboundQueue }, log);
}
