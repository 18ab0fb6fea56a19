import { z } from 'zod';

/** Facts that are nice to have: a sender that writes them otherwise loses the fact, not the mail. */
const fact = z.string().optional().catch(undefined);
const size = z.int().min(0).optional().catch(undefined);
const name = z.string().min(1).max(255);
/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html (1,024 bytes, three times that when encoded) */
const key = z.string().min(1).max(3072);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export const s3NotificationSchema = z.looseObject({
  Records: z
    .array(
      z.looseObject({
        eventName: z.string(),
        s3: z.looseObject({
          bucket: z.looseObject({ name }),
          object: z.looseObject({ key, size, eTag: fact, versionId: fact, sequencer: fact }),
        }),
      }),
    )
    .min(1),
});

/** What S3 sends once when a notification is set up. */
export const s3TestEventSchema = z.looseObject({ Event: z.literal('s3:TestEvent') });

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export const eventBridgeSchema = z.looseObject({
  source: z.literal('aws.s3'),
  'detail-type': z.string(),
  detail: z.looseObject({
    bucket: z.looseObject({ name }),
    object: z.looseObject({ key, size, etag: fact, 'version-id': fact, sequencer: fact }),
    reason: fact,
  }),
});

const verdict = z
  .looseObject({ status: z.string().max(50) })
  .optional()
  .catch(undefined);

/** @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html */
export const sesReceivedSchema = z.looseObject({
  notificationType: z.literal('Received'),
  receipt: z.looseObject({
    recipients: z.array(z.string()).optional().catch(undefined),
    spamVerdict: verdict,
    virusVerdict: verdict,
    spfVerdict: verdict,
    dkimVerdict: verdict,
    dmarcVerdict: verdict,
    action: z.looseObject({ type: z.string(), bucketName: name.optional(), objectKey: key.optional() }).optional(),
  }),
  mail: z.looseObject({ messageId: z.string(), source: fact }),
});
