const queueUrl = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;

/** A function's environment that passes every check and leads nowhere. */
export const sampleEnvironment: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  LIGHTERMAIL_RAW_BUCKET: 'sample-raw',
  LIGHTERMAIL_FILES_BUCKET: 'sample-files',
  LIGHTERMAIL_TABLE: 'sample-records',
  LIGHTERMAIL_INBOUND_QUEUE_URL: queueUrl('inbound'),
  LIGHTERMAIL_INBOUND_DLQ_URL: queueUrl('inbound-dlq'),
  LIGHTERMAIL_OUTBOUND_QUEUE_URL: queueUrl('outbound'),
  LIGHTERMAIL_OUTBOUND_DLQ_URL: queueUrl('outbound-dlq'),
  LIGHTERMAIL_ENGAGEMENT_QUEUE_URL: queueUrl('engagement'),
  LIGHTERMAIL_ENGAGEMENT_DLQ_URL: queueUrl('engagement-dlq'),
  LIGHTERMAIL_LINKS_QUEUE_URL: queueUrl('links'),
  LIGHTERMAIL_LINKS_DLQ_URL: queueUrl('links-dlq'),
  LIGHTERMAIL_FALLBACK_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:fallback',
  LIGHTERMAIL_ROUTES_PARAMETER: '/sample/routes',
  LIGHTERMAIL_LINK_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:links-AbCdEf',
  LIGHTERMAIL_CONSOLE_HOST: 'console.example.com',
  LIGHTERMAIL_CONSOLE_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:console-AbCdEf',
  LIGHTERMAIL_PUBLIC_URL: 'https://links.example.com',
};
