import { type Permission, useRecords } from './permissions.ts';

/** Everything the console may do besides writing its own log and reading its token. */
export const consolePermissions: readonly Permission[] = [
  // Links are revoked and renewed, addresses suppressed and not any more; each change keeps its history.
  useRecords('Query', 'UpdateItem', 'DeleteItem'),
  // A file takes the place of another, whose bytes go when no link leads to them any more.
  { actions: ['s3:ListBucket'], on: ['filesBucket'] },
  { actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], on: ['fileObjects'] },
  {
    actions: ['sqs:GetQueueAttributes'],
    on: [
      ...(['inboundQueue', 'inboundDeadLetters', 'outboundQueue', 'outboundDeadLetters'] as const),
      ...(['engagementQueue', 'engagementDeadLetters', 'linksQueue', 'linksDeadLetters'] as const),
    ],
  },
];
