import { createSnsClient } from '../../adapters/aws/aws-clients.ts';
import { createSnsTopic } from '../../adapters/aws/sns-topic.ts';
import { emailEventTopic } from '../../records/email-event-topic.ts';
import { processedMailTopic } from '../../records/processed-mail-topic.ts';
import { once } from './once.ts';
import type { PortMakers } from './port-makers.ts';

const sns = once(() => createSnsClient());

/** The topics, on SNS. */
export const topicPorts = {
  fallbackTopic: ({ config }) => createSnsTopic({ client: sns(), topicArn: config.LIGHTERMAIL_FALLBACK_TOPIC_ARN }),
} satisfies PortMakers;

/** Where changes of emails are told, when the installation has such a topic. */
export const emailEventPorts = {
  emailEvents: ({ config: { LIGHTERMAIL_EMAIL_EVENTS_TOPIC_ARN: topicArn } }) =>
    topicArn === undefined ? undefined : emailEventTopic(createSnsTopic({ client: sns(), topicArn })),
} satisfies PortMakers;

/** Where ends of mails are told, when the installation has such a topic. */
export const processedMailPorts = {
  processedMails: ({ config: { LIGHTERMAIL_PROCESSED_TOPIC_ARN: topicArn } }) =>
    topicArn === undefined ? undefined : processedMailTopic(createSnsTopic({ client: sns(), topicArn })),
} satisfies PortMakers;
