import type { FunctionName } from '../topology.ts';

/** What a permission can be about. `…Objects` are the objects under one prefix, `…Bucket` the bucket they stand in. */
export type PermissionTarget =
  | 'rawBucket'
  | 'rawObjects'
  | 'filesBucket'
  | 'fileObjects'
  | 'mimeObjects'
  | 'table'
  | 'inboundQueue'
  | 'inboundDeadLetters'
  | 'outboundQueue'
  | 'outboundDeadLetters'
  | 'engagementQueue'
  | 'engagementDeadLetters'
  | 'linksQueue'
  | 'linksDeadLetters'
  | 'fallbackTopic'
  | 'emailEventsTopic'
  | 'processedTopic'
  | 'routesParameter'
  | 'linkSecret'
  | 'linkSignerSecret'
  | 'linkSignerRole'
  | 'arrivalTopic'
  | 'sender';

export interface Permission {
  readonly actions: readonly string[];
  readonly on: readonly PermissionTarget[];
}

/** Beyond reading and putting records: lists, changes of what is there, and taking out what has been told or done. */
type RecordAction = 'Query' | 'UpdateItem' | 'DeleteItem';

/** The record store: a commit of several changes is a transaction, which needs the action of each of its parts. */
export function useRecords(...more: readonly RecordAction[]): Permission {
  return { actions: ['GetItem', 'PutItem', ...more].map((name) => `dynamodb:${name}`), on: ['table'] };
}

/** What Lambda does on the function's behalf to feed it, and handing a message back for later. */
const consumeActions = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ChangeMessageVisibility',
];

function consume(queue: 'inbound' | 'outbound' | 'engagement' | 'links'): readonly Permission[] {
  return [
    { actions: consumeActions, on: [`${queue}Queue`] },
    { actions: ['sqs:SendMessage'], on: [`${queue}DeadLetters`] },
  ];
}

/** Without it S3 answers 403 for an object that is not there, and absence would look like failure. */
const tellAbsence = (...on: readonly PermissionTarget[]): Permission => ({ actions: ['s3:ListBucket'], on });

/** Each change of an email is told by whoever has made it, or by the sweeper when he could not. */
const tellEmails: Permission = { actions: ['sns:Publish'], on: ['emailEventsTopic'] };

/** The end of a mail is told by whoever has brought it about, or by the sweeper when he could not. */
const tellMails: Permission = { actions: ['sns:Publish'], on: ['processedTopic'] };

/** Everything each function may do, besides writing its own log: exactly the calls that its adapters make. */
export const permissions: Readonly<Record<FunctionName, readonly Permission[]>> = {
  'inbound-processor': [
    ...consume('inbound'),
    tellAbsence('rawBucket'),
    { actions: ['s3:GetObject'], on: ['rawObjects'] },
    { actions: ['s3:PutObject', 's3:AbortMultipartUpload'], on: ['fileObjects', 'mimeObjects'] },
    // The files of a mail that is not relayed go again.
    { actions: ['s3:DeleteObject'], on: ['fileObjects'] },
    useRecords('Query', 'UpdateItem', 'DeleteItem'),
    { actions: ['sqs:SendMessage'], on: ['outboundQueue'] },
    { actions: ['sns:Publish'], on: ['fallbackTopic'] },
    tellMails,
    { actions: ['ssm:GetParameter'], on: ['routesParameter'] },
    { actions: ['secretsmanager:GetSecretValue'], on: ['linkSecret'] },
    // Presigned links: one of the two signs them.
    { actions: ['secretsmanager:GetSecretValue'], on: ['linkSignerSecret'] },
    { actions: ['sts:AssumeRole'], on: ['linkSignerRole'] },
  ],
  'outbound-relay': [
    ...consume('outbound'),
    tellAbsence('filesBucket'),
    { actions: ['s3:GetObject'], on: ['mimeObjects'] },
    // A list is read for a reminder: whether its files were fetched meanwhile.
    useRecords('Query', 'UpdateItem', 'DeleteItem'),
    // A mail given to SES as it is counts as a raw one. Both are checked against the identity and the configuration set.
    { actions: ['ses:SendEmail', 'ses:SendRawEmail'], on: ['sender'] },
    { actions: ['sns:Publish'], on: ['fallbackTopic'] },
    tellEmails,
  ],
  'engagement-recorder': [...consume('engagement'), useRecords('Query', 'UpdateItem', 'DeleteItem'), tellEmails],
  'due-sweeper': [
    useRecords('Query', 'UpdateItem', 'DeleteItem'),
    { actions: ['sqs:SendMessage'], on: ['outboundQueue', 'linksQueue'] },
    tellEmails,
    tellMails,
  ],
  'link-gateway': [
    tellAbsence('filesBucket'),
    { actions: ['s3:GetObject'], on: ['fileObjects'] },
    useRecords('Query', 'UpdateItem'),
    // An archive to make, a file to scan; and a recipient who asks for a new link.
    { actions: ['sqs:SendMessage'], on: ['linksQueue'] },
    { actions: ['sns:Publish'], on: ['fallbackTopic'] },
  ],
  'link-jobs': [
    ...consume('links'),
    tellAbsence('filesBucket'),
    { actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], on: ['fileObjects'] },
    useRecords('Query', 'UpdateItem', 'DeleteItem'),
    // Reminders: the route's word for them, the links as they were mailed, the mail, its job.
    { actions: ['ssm:GetParameter'], on: ['routesParameter'] },
    { actions: ['secretsmanager:GetSecretValue'], on: ['linkSecret'] },
    { actions: ['s3:PutObject'], on: ['mimeObjects'] },
    { actions: ['sqs:SendMessage'], on: ['outboundQueue'] },
  ],
  reconciler: [
    { actions: ['s3:ListBucket'], on: ['rawBucket'] },
    useRecords('Query', 'DeleteItem'),
    { actions: ['sqs:SendMessage'], on: ['inboundQueue'] },
    { actions: ['sns:Publish'], on: ['fallbackTopic'] },
  ],
};

/** What the HTTPS subscriber of SNS may do: put what it believes into the queue, and accept the topic's invitation. */
export const webhookPermissions: readonly Permission[] = [
  { actions: ['sqs:SendMessage'], on: ['inboundQueue'] },
  { actions: ['sns:ConfirmSubscription'], on: ['arrivalTopic'] },
];
