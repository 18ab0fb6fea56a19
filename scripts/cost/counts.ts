import { z } from 'zod';

const count = z.int().nonnegative();
const functionCounts = z.strictObject({
  invocations: count,
  /** Requests to AWS, by service. */
  calls: z.record(z.string(), count),
  /** Processor time of all invocations; unit: milliseconds. */
  cpuMs: count,
});

const requests = {
  s3Writes: count,
  s3Reads: count,
  snsRequests: count,
  sqsRequests: count,
  writeUnits: count,
  readUnits: count,
  httpRequests: count,
};

/** What a recorded run of the pipeline asked of AWS. */
export const countsSchema = z.strictObject({
  mails: count,
  emails: count,
  downloads: count,
  receivedChunks: count,
  requests: z.strictObject(requests),
  bytes: z.strictObject({
    raw: count,
    files: count,
    mime: count,
    records: count,
    sent: count,
    downloaded: count,
    logs: count,
  }),
  functions: z.record(z.string(), functionCounts),
  /** What goes on although no mail comes: one run of each function that runs by the clock, and what stands there. */
  standing: z.strictObject({
    runs: z.record(z.string(), functionCounts.extend({ everySeconds: count, readUnits: count })),
    polledQueues: count,
    alarms: count,
    dashboards: count,
    secrets: count,
    metrics: count,
  }),
});

export type Counts = z.infer<typeof countsSchema>;
