import { z } from 'zod';
import { PermanentMailError } from '../errors/mail-error.ts';

const id = z.string().regex(/^[a-z2-7]{40}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const jobSchema = z.discriminatedUnion('kind', [
  z.object({ v: z.literal(1), kind: z.literal('archive'), mailId: id, contentHash: id }),
  z.object({ v: z.literal(1), kind: z.literal('remind'), mailId: id, recipientHash: id }),
  z.object({ v: z.literal(1), kind: z.literal('scan'), blobKey: z.string().min(1).max(1024), sha256 }),
]);

/** What GuardDuty Malware Protection for S3 tells through EventBridge. @see https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
const scanEventSchema = z.object({
  source: z.literal('aws.guardduty'),
  'detail-type': z.literal('GuardDuty Malware Protection Object Scan Result'),
  detail: z.object({
    s3ObjectDetails: z.object({
      bucketName: z.string().min(3).max(63),
      objectKey: z.string().min(1).max(1024),
      eTag: z.string().max(200).optional(),
    }),
    scanResultDetails: z.object({ scanResultStatus: z.string().max(100) }),
  }),
});

export interface VerdictJob {
  readonly kind: 'verdict';
  readonly bucket: string;
  readonly blobKey: string;
  /** Of the bytes that were scanned. */
  readonly etag?: string | undefined;
  readonly status: string;
}

/** Work that a link needs done behind the gateway: an archive to make, a file to scan, a verdict to take in, a
 * recipient to remind. */
export type LinkJob = z.infer<typeof jobSchema> | VerdictJob;

export function toLinkJobBody(job: z.infer<typeof jobSchema>): string {
  return JSON.stringify(job);
}

/** @throws PermanentMailError `ERR_BAD_JOB` for anything else than a job */
export function parseLinkJob(body: string): LinkJob {
  const raw = parseJson(body);
  const job = jobSchema.safeParse(raw);
  if (job.success) return job.data;
  const event = scanEventSchema.safeParse(raw);
  if (!event.success) throw new PermanentMailError('ERR_BAD_JOB', 'the body is neither a link job nor a scan result');
  const { s3ObjectDetails, scanResultDetails } = event.data.detail;
  return {
    kind: 'verdict',
    bucket: s3ObjectDetails.bucketName,
    blobKey: s3ObjectDetails.objectKey,
    etag: s3ObjectDetails.eTag,
    status: scanResultDetails.scanResultStatus,
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
