import type { QueueName } from '../../infra/topology.ts';
import type { Doer } from '../../shared/contracts/doer.ts';

/** A dead letter without its body: what it says of mail is nobody's business at a terminal. */
export interface DeadLetterLine {
  readonly id: string;
  /** Why it was rejected; absent when its receives were spent. */
  readonly code?: string;
  readonly receiveCount: number;
  /** Since it was sent, last. */
  readonly ageSeconds: number;
}

/** The dead-letter queues of one installation. */
export interface DeadLetterDesk {
  readonly queues: readonly QueueName[];
  count(queue: QueueName): Promise<number>;
  /** Looks at some letters and leaves them where they are. */
  list(queue: QueueName, limit: number): Promise<readonly DeadLetterLine[]>;
  /** Sends at most `limit` letters to their queue again; answers how many. */
  redrive(queue: QueueName, limit: number, doer: Doer): Promise<number>;
}
