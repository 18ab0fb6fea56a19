import type { EngagementReply, RelayErrorReply } from '../contracts/relay-reply.ts';
import { parseEngagement } from '../contracts/relay-request.ts';
import type { Logger } from '../ports/logger.ts';
import type { Emails } from '../records/emails.ts';

export interface EngagementAnalyticsPorts {
  readonly emails: Pick<Emails, 'groupAnalytics'>;
  readonly log: Logger;
}

/** Answers `get_email_engagement_analytics` from the counts that are kept as events land. */
export async function readEngagementAnalytics(
  { emails, log }: EngagementAnalyticsPorts,
  data: Uint8Array,
): Promise<EngagementReply | RelayErrorReply> {
  const request = parseEngagement(data);
  if (request === undefined) return { error: 'invalid request payload' };
  const { group_id } = request;
  if (group_id === '') return { error: 'group_id is required' };
  try {
    const counts = await emails.groupAnalytics(group_id);
    if (counts === undefined) return { error: 'not found' };
    const { total_sent, delivered, opened, unique_opened, failed } = counts;
    return { group_id, total_sent, delivered, opened, unique_opened, failed };
  } catch (error) {
    log.error('the counts of a group could not be read', error);
    return { error: 'internal error' };
  }
}
