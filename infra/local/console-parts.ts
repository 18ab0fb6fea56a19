import type { ConsoleParts } from '../../functions/console/parts.ts';
import type { LocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import { replayMail } from '../../shared/inbound/replay-mail.ts';
import { linkDeskOf } from '../../shared/links/link-desk-of.ts';
import { reopenFailed } from '../../shared/outbound/reopen-failed.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { MetricCounts } from '../../shared/runtime/metric-counts.ts';
import { recordsOf } from '../../shared/runtime/records.ts';
import { queueNames } from '../topology.ts';
import type { AlarmStanding } from './alarm-watcher.ts';
import type { ChangeFeed } from './change-feed.ts';

export interface ConsolePartsOptions {
  readonly platform: Platform;
  readonly stores: LocalStores;
  readonly alarms: () => readonly AlarmStanding[];
  readonly changes: ChangeFeed;
  /** Ends open event streams. */
  readonly closing: AbortSignal;
  readonly metrics: MetricCounts;
  /** Whether mail lands in the mailbox. */
  readonly showsMailbox: boolean;
}

/** What the console shows of a runtime on one machine. */
export function consoleParts({
  platform,
  stores,
  alarms,
  changes,
  closing,
  metrics,
  showsMailbox,
}: ConsolePartsOptions): ConsoleParts {
  const { ledger, emails, links, suppression } = recordsOf(platform);
  const { raw, inboundQueue, clock, log } = platform;
  const replayPorts = { raw, inboundQueue, clock, log };
  return {
    ledger,
    emails,
    links,
    linkDesk: linkDeskOf(platform),
    suppression,
    replay: (mailId, doer, dryRun) => replayMail({ ...replayPorts, ledger }, mailId, doer, dryRun),
    reopenFailed: (body, doer) => reopenFailed(emails, body, doer),
    queues: queueNames.map((name) => stores.queues[name]),
    deadLetters: stores.deadLetters,
    changes,
    parser: platform.parser,
    clock,
    log,
    alarms,
    metrics: metrics.counts,
    notices: (limit) => stores.readNotices('fallback', limit),
    ...(showsMailbox ? { mailbox: stores.mailbox } : {}),
    firstMailCommand,
    closing,
  };
}

/** Sends a first mail to a runtime with the first-start route. */
export const firstMailCommand = 'npx lightermail send --recipients anna@example.com,ben@example.com';
