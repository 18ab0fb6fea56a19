import { z } from 'zod';
import { PermanentMailError } from '../errors/mail-error.ts';

/** The message on the outbound queue: one email to send. Everything else stands in its record. */
export const outboundJobSchema = z.looseObject({
  v: z.literal(1),
  emailId: z.string().regex(/^[a-z0-9-]{8,64}$/),
});

export type OutboundJob = z.infer<typeof outboundJobSchema>;

/** @throws PermanentMailError `ERR_BAD_JOB` when the body is not a job of a version that is known here */
export function parseOutboundJob(body: string): OutboundJob {
  const parsed = outboundJobSchema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new PermanentMailError('ERR_BAD_JOB', 'the body is not an outbound job: expected {"v":1,"emailId":"…"}');
}

export function toOutboundJob(emailId: string): string {
  return JSON.stringify({ v: 1, emailId });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
