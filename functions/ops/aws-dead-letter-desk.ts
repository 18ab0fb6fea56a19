import { type QueueName, queueNames } from '../../infra/topology.ts';
import type { Doer } from '../../shared/contracts/doer.ts';
import type { JobQueue, ReceivedMessage } from '../../shared/ports/job-queue.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import type { DeadLetterDesk, DeadLetterLine } from './dead-letter-desk.ts';

/** A queue and the dead letters behind it. */
export interface DeadLetterPair {
  readonly queue: Pick<JobQueue, 'send'>;
  readonly deadLetters: Pick<JobQueue, 'receive' | 'acknowledge' | 'release' | 'depth'>;
}

export interface AwsDeadLetterDeskPorts {
  readonly pairs: Readonly<Partial<Record<QueueName, DeadLetterPair>>>;
  readonly clock: Clock;
  /** Is told of each outbound dead letter before it is sent again, so that a failed email is attempted anew. */
  readonly reopenFailed: (body: string, doer: Doer) => Promise<boolean>;
}

/** SQS's most. */
const perReceive = 10;
/** Long enough that SQS asks all of its servers, which a short poll does not. */
const waitSeconds = 1;

/**
 * Dead letters on SQS, where looking means receiving: what was looked at is handed back at once. SQS's own move task
 * knows no limit and refuses letters that were rejected with a code, so the move is our own: a letter is deleted only
 * after its queue has it, and one that is sent twice after a crash does its work once.
 */
export function awsDeadLetterDesk({ pairs, clock, reopenFailed }: AwsDeadLetterDeskPorts): DeadLetterDesk {
  const pairOf = (queue: QueueName): DeadLetterPair => {
    const pair = pairs[queue];
    if (pair === undefined) throw new Error(`the queue ${queue} is not set in the environment`);
    return pair;
  };

  return {
    queues: queueNames.filter((name) => pairs[name] !== undefined),
    count: async (queue) => (await pairOf(queue).deadLetters.depth()).messageCount,

    async list(queue, limit) {
      const { deadLetters } = pairOf(queue);
      const taken = new Map<string, ReceivedMessage>();
      while (taken.size < limit) {
        const some = await deadLetters.receive(Math.min(perReceive, limit - taken.size), waitSeconds);
        if (some.length === 0) break;
        for (const letter of some) taken.set(letter.messageId, letter);
      }
      for (const { receiptHandle } of taken.values()) await deadLetters.release(receiptHandle, 0);
      const nowMs = clock.now().getTime();
      return [...taken.values()].map((letter) => toLine(letter, nowMs)).sort((a, b) => b.ageSeconds - a.ageSeconds);
    },

    async redrive(name, limit, doer) {
      const { queue, deadLetters } = pairOf(name);
      // What dies again meanwhile is not chased in a circle.
      const wanted = Math.min(limit, (await deadLetters.depth()).messageCount);
      let movedCount = 0;
      while (movedCount < wanted) {
        const letters = await deadLetters.receive(Math.min(perReceive, wanted - movedCount), waitSeconds);
        if (letters.length === 0) break;
        if (name === 'outbound') for (const { body } of letters) await reopenFailed(body, doer);
        await queue.send(letters.map(({ body }) => body));
        for (const { receiptHandle } of letters) await deadLetters.acknowledge(receiptHandle);
        movedCount += letters.length;
      }
      return movedCount;
    },
  };
}

function toLine({ messageId, attributes, receiveCount, sentAt }: ReceivedMessage, nowMs: number): DeadLetterLine {
  const { code } = attributes;
  const ageSeconds = Math.max(0, (nowMs - sentAt.getTime()) / 1000);
  return { id: messageId, receiveCount, ageSeconds, ...(code === undefined ? {} : { code }) };
}
