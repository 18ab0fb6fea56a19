import { z } from 'zod';

const text = z.string().optional().catch(undefined);
const addressees = z
  .array(z.looseObject({ emailAddress: z.string() }))
  .optional()
  .catch(undefined);
const detail = z.looseObject({ timestamp: text }).optional().catch(undefined);

/**
 * An event of SES's event publishing; what is not known here is accepted and kept.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export const sesEventSchema = z.looseObject({
  eventType: z.string().min(1).max(50),
  mail: z.looseObject({
    timestamp: z.string(),
    messageId: z.string().min(1).max(200),
    destination: z.array(z.string()).optional().catch(undefined),
    headers: z
      .array(z.looseObject({ name: z.string(), value: z.string() }))
      .optional()
      .catch(undefined),
    tags: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
  }),
  bounce: z
    .looseObject({ timestamp: text, bounceType: text, bounceSubType: text, bouncedRecipients: addressees })
    .optional()
    .catch(undefined),
  complaint: z
    .looseObject({ timestamp: text, complaintFeedbackType: text, userAgent: text, complainedRecipients: addressees })
    .optional()
    .catch(undefined),
  delivery: z
    .looseObject({ timestamp: text, recipients: z.array(z.string()).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  deliveryDelay: z.looseObject({ timestamp: text, delayedRecipients: addressees }).optional().catch(undefined),
  open: z.looseObject({ timestamp: text, userAgent: text }).optional().catch(undefined),
  click: z.looseObject({ timestamp: text, userAgent: text, link: text }).optional().catch(undefined),
  subscription: detail,
});

export type RawSesEvent = z.infer<typeof sesEventSchema>;

/** Notifications that are not event publishing: the feedback of an identity, or a receipt. */
export const sesNotificationSchema = z.looseObject({ notificationType: z.string().max(50) });
