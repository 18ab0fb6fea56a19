/** A message as a consumer receives it. */
export interface ReceivedMessage {
  readonly messageId: string;
  /** Names this one receipt; means nothing any more once the message was received again or released. */
  readonly receiptHandle: string;
  readonly body: string;
  /** 1 on the first receipt. */
  readonly receiveCount: number;
  readonly sentAt: Date;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface QueueDepth {
  /** Ready, in flight and delayed together. */
  readonly messageCount: number;
  readonly visibleCount: number;
  readonly inFlightCount: number;
  /** Age of the oldest message that is still there; 0 when empty. SQS reports it through CloudWatch only: absent there. */
  readonly oldestAgeSeconds?: number;
}

export interface SendOptions {
  /** 0 to 900, SQS's limit. */
  readonly delaySeconds?: number;
}

/**
 * An at-least-once queue with a dead-letter queue behind it.
 * A queue that does not answer: `TransientMailError` `ERR_QUEUE_UNAVAILABLE`.
 */
export interface JobQueue {
  readonly name: string;
  /** Sends every body, in batches; resolved when all are durable, thrown when one was not taken. Bodies are ASCII JSON. */
  send(bodies: readonly string[], options?: SendOptions): Promise<void>;
  /**
   * Up to `maxMessages` (1 to 10) messages, hidden from others for the queue's visibility timeout.
   * Waits up to `waitSeconds` (0 to 20) for the first one; answers early, with nothing, when `signal` aborts.
   */
  receive(maxMessages: number, waitSeconds: number, signal?: AbortSignal): Promise<readonly ReceivedMessage[]>;
  /** Deletes a received message. */
  acknowledge(receiptHandle: string): Promise<void>;
  /** Hands a received message back, to be seen again after `delaySeconds` (0 to 43,200). */
  release(receiptHandle: string, delaySeconds: number): Promise<void>;
  /** Puts a body into the dead-letter queue with the code that says why; the original is acknowledged by the caller, after. */
  reject(body: string, code: string): Promise<void>;
  depth(): Promise<QueueDepth>;
}
