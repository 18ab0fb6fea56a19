import type { Doer } from '../../shared/contracts/doer.ts';
import type { ConsoleParts, DeadLetterBoxes } from './parts.ts';

const perPage = 500;

/**
 * Sends dead letters to their queue again, the oldest first; answers how many. Failed emails are opened first, so that
 * their jobs are not skipped: a crash between the two leaves the letter where it is, to be redriven again.
 * @param limit at most this many; all that are there now when absent
 */
export async function redrive(
  { deadLetters, reopenFailed }: { readonly deadLetters: DeadLetterBoxes } & Pick<ConsoleParts, 'reopenFailed'>,
  queue: string,
  doer: Doer,
  limit?: number,
): Promise<number> {
  // What dies again meanwhile is not chased in a circle.
  const wanted = Math.min(limit ?? Number.POSITIVE_INFINITY, await deadLetters.count(queue));
  let movedCount = 0;
  while (movedCount < wanted) {
    const { letters } = await deadLetters.list(queue, Math.min(perPage, wanted - movedCount));
    if (letters.length === 0) break;
    if (queue === 'outbound') for (const { body } of letters) await reopenFailed?.(body, doer);
    const ids = letters.map(({ id }) => id);
    const moved = await deadLetters.redrive(queue, ids);
    // Someone else was faster.
    if (moved === 0) break;
    movedCount += moved;
  }
  return movedCount;
}
