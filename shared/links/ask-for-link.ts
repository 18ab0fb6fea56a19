import type { LinkRecord } from '../contracts/records.ts';
import type { Clock } from '../ports/platform.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { Topic } from '../ports/topic.ts';
import { linkKeys } from '../records/link-keys.ts';

export interface AskForLinkParts {
  readonly store: RecordStore;
  readonly fallbackTopic: Topic;
  readonly clock: Clock;
}

/** One notice a link and day is help, more is noise. Unit: milliseconds. */
const askAgainMs = 86_400_000;

/**
 * Tells the operators, once a day and link, that a recipient asks for a new one. The notice holds ids only: nothing
 * that a stranger wrote, and no way to the file.
 * @returns whether a notice went out now
 */
export async function askForLink({ store, fallbackTopic, clock }: AskForLinkParts, link: LinkRecord): Promise<boolean> {
  const now = clock.now();
  const key = linkKeys.ask(link.tokenHash);
  const last = await store.read(key);
  if (last !== undefined && now.getTime() - Date.parse(String(last.at)) < askAgainMs) return false;
  const at = now.toISOString();
  const expiresAt = Math.floor((now.getTime() + 2 * askAgainMs) / 1000);
  const when = last === undefined ? { is: 'absent' as const } : { matches: { at: String(last.at) } };
  const claimed = await store.commit([{ type: 'put', record: { ...key, at, expiresAt }, when }]);
  if (!claimed.committed) return false;
  const { tokenHash: linkId, mailId, path, state, linkExpiresAt, routeId } = link;
  const notice = {
    ...{ v: 1, type: 'link.asked', linkId, mailId, part: path, routeId, state, linkExpiresAt, at },
    advice: `to renew it: npx lightermail renew ${linkId}`,
  };
  await fallbackTopic.publish({
    subject: 'Lightermail: a recipient asks for a new link',
    message: JSON.stringify(notice, undefined, 2),
    attributes: { type: notice.type },
  });
  return true;
}
