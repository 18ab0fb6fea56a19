export interface TopicMessage {
  /** SNS allows ASCII without control characters, at most 100 characters; the adapter cuts and cleans. */
  readonly subject?: string;
  /** At most 256 KB. */
  readonly message: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Hands one message to all subscribers. A topic that does not answer: `TransientMailError` `ERR_TOPIC_UNAVAILABLE`. */
export interface Topic {
  readonly name: string;
  /** Resolved when the message is durable at the topic. */
  publish(message: TopicMessage): Promise<void>;
}
