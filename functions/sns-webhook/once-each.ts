/** Runs the work of a message; a second time only when the first one failed. */
export type OnceEach = (messageId: string, work: () => Promise<void>) => Promise<void>;

/** SNS repeats a message for an hour at most; that many of one process's last messages are known again. */
const mostRemembered = 10_000;

/**
 * SNS sends a message again that was not answered in time, while its work may still go on: the repetition waits for
 * the same work, and one that comes after it is done costs nothing. A restart forgets, and then the ledger knows.
 */
export function createOnceEach(): OnceEach {
  const known = new Map<string, Promise<void>>();
  return (messageId, work) => {
    const before = known.get(messageId);
    if (before !== undefined) return before;
    const begun = work();
    known.set(messageId, begun);
    const oldest = known.keys().next();
    if (known.size > mostRemembered && oldest.done !== true) known.delete(oldest.value);
    begun.catch(() => known.delete(messageId));
    return begun;
  };
}
