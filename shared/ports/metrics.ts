import type { EmailState, MailState } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';

/**
 * What is counted, and by what each count is told apart: a few words of closed lists, never an id or an address. The
 * names and words are a public contract: dashboards and alarms are made of them.
 */
export interface Counted {
  /** Mails that have come to an end, or are stuck. */
  readonly mails: { readonly state: MailState; readonly code: ErrorCode | 'none' };
  /** Emails that have come to this state. */
  readonly emails: { readonly outcome: EmailState };
  /** Events that SES told of emails. */
  readonly events: {
    readonly outcome: 'recorded' | 'duplicate' | 'orphaned' | 'foreign' | 'malformed' | 'expired' | 'orphan-parked';
  };
  /** Records that were handed back to their queue. */
  readonly retries: { readonly queue: string };
  /** Records that became dead letters at once, since they can never succeed. */
  readonly rejections: { readonly queue: string; readonly code: ErrorCode };
  /** All that became dead letters: the rejected, and those whose receives are spent. */
  readonly deadLetters: { readonly queue: string };
  /** Bytes of attachments that were taken off. */
  readonly offloadedBytes: Record<never, never>;
  readonly linkDownloads: { readonly kind: 'file' | 'archive' };
  /** Mails without an end that were announced anew. */
  readonly announcedMails: Record<never, never>;
  /** Mails that stay without an end, however often they are announced: as many as there are, each time they are looked for. */
  readonly openGaps: Record<never, never>;
}

export type MetricName = keyof Counted;

/** Counts what has ended. Never throws, and never keeps anyone waiting. */
export interface Metrics {
  /** @param amount 1 by default */
  count<Name extends MetricName>(name: Name, by: Counted[Name], amount?: number): void;
}
