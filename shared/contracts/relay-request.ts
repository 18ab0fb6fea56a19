import { z } from 'zod';

/**
 * What callers of the relay send. The peer reads JSON into Go structs, and so do these: names match in any case, `null`
 * is an absent text, unknown fields are ignored whatever they hold, and `null` alone is an empty request.
 * @see https://pkg.go.dev/encoding/json#Unmarshal
 */
const text = z
  .string()
  .nullish()
  .transform((value) => (value ?? '').toWellFormed());

const sendEmailSchema = z.object({
  to: text,
  subject: text,
  html: text,
  text,
  from: text,
  from_display_name: text,
  reply_to: text,
  group_id: text,
});

const emailStatusSchema = z.object({ email_id: text, group_id: text });

const engagementSchema = z.object({ group_id: text });

/** An absent field is an empty text. */
export type SendEmailRequest = z.infer<typeof sendEmailSchema>;
export type EmailStatusRequest = z.infer<typeof emailStatusSchema>;
export type EngagementRequest = z.infer<typeof engagementSchema>;

/** Each answers `undefined` for what is not JSON, or JSON of the wrong types. */
export const parseSendEmail = (data: Uint8Array): SendEmailRequest | undefined => parseWith(sendEmailSchema, data);
export const parseEmailStatus = (data: Uint8Array): EmailStatusRequest | undefined =>
  parseWith(emailStatusSchema, data);
export const parseEngagement = (data: Uint8Array): EngagementRequest | undefined => parseWith(engagementSchema, data);

function parseWith<Schema extends z.ZodObject>(schema: Schema, data: Uint8Array): z.infer<Schema> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
  if (value === null) value = {};
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  const parsed = schema.safeParse(withKnownNames(value as object, Object.keys(schema.shape)));
  return parsed.success ? parsed.data : undefined;
}

/** The fields that are known, under their own names, on an object without a prototype; a later one of the same name wins. */
function withKnownNames(value: object, names: readonly string[]): Record<string, unknown> {
  const known: Record<string, unknown> = Object.create(null);
  for (const [name, field] of Object.entries(value)) {
    const folded = name.toLowerCase();
    if (names.includes(folded) && !(field === null && folded in known)) known[folded] = field;
  }
  return known;
}
