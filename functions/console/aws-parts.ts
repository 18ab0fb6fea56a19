import { queueNames } from '../../infra/topology.ts';
import { linkDeskOf } from '../../shared/links/link-desk-of.ts';
import type { JobQueue } from '../../shared/ports/job-queue.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { recordsOf } from '../../shared/runtime/records.ts';
import type { ConsoleParts } from './parts.ts';

/** One day of all states, or a week of one: what a page of mails may cost where each query is paid for. */
const mostQueries = 112;

/**
 * What the console shows of an installation on AWS. Alarms and notices are CloudWatch's and SNS's own to show, and
 * dead letters are sent again by command.
 * @param deadLetters the dead-letter queue behind each queue
 */
export function awsConsoleParts(
  platform: Platform,
  deadLetters: Readonly<Partial<Record<string, Pick<JobQueue, 'depth'>>>>,
): ConsoleParts {
  const { ledger, emails, links, suppression } = recordsOf(platform);
  const { inboundQueue, outboundQueue, engagementQueue, linkQueue, clock, log } = platform;
  const byName: Readonly<Record<string, JobQueue | undefined>> = {
    ...{ inbound: inboundQueue, outbound: outboundQueue, engagement: engagementQueue, links: linkQueue },
  };
  return {
    ...{ ledger, emails, links, suppression, clock, log, mostQueries },
    linkDesk: linkDeskOf(platform),
    queues: queueNames.flatMap((name) => byName[name] ?? []),
    deadLetters: { count: async (name) => (await deadLetters[name]?.depth())?.messageCount ?? 0 },
  };
}
