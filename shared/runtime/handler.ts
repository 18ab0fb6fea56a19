import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** What a handler uses of Lambda's context; the local event source gives the same. */
export interface HandlerContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** A function that SQS feeds. Always settles with a response: `null` would read as success and delete the mail. */
export type QueueHandler = (event: SQSEvent, context: HandlerContext) => Promise<SQSBatchResponse>;

/** A function that runs by the clock. */
export type ScheduledHandler = (event: unknown, context: HandlerContext) => Promise<void>;
