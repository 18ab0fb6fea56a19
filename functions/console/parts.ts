import type { Doer } from '../../shared/contracts/doer.ts';
import type { ReplayAnswer } from '../../shared/inbound/replay-mail.ts';
import type { LinkDesk } from '../../shared/links/link-desk.ts';
import type { BlobContent } from '../../shared/ports/blob-store.ts';
import type { JobQueue } from '../../shared/ports/job-queue.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { MimeParser } from '../../shared/ports/mime-parser.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import type { Emails } from '../../shared/records/emails.ts';
import type { Ledger } from '../../shared/records/ledger.ts';
import type { Links } from '../../shared/records/links.ts';
import type { Suppression } from '../../shared/records/suppression.ts';

/** A message that its queue gave up, or that was rejected with a code. */
export interface DeadLetterView {
  readonly id: string;
  readonly body: string;
  readonly code?: string;
  readonly receiveCount: number;
  /** When it was first sent, and when it was given up. */
  readonly sentAt: Date;
  readonly deadAt: Date;
}

/** The dead-letter queues, by the name of the queue before them. */
export interface DeadLetterBoxes {
  count(queue: string): Promise<number>;
  /** The oldest first. */
  list(queue: string, limit: number): Promise<{ readonly letters: readonly DeadLetterView[] }>;
  /** Sends letters to their queue again, all of them or those of the ids; answers how many. */
  redrive(queue: string, ids?: readonly string[]): Promise<number>;
}

/** Tells listeners that something has changed; answers how to stop listening. */
export interface ChangeSource {
  subscribe(listener: () => void): () => void;
}

export interface AlarmView {
  readonly name: string;
  readonly description: string;
  readonly state: 'ok' | 'alarm';
  /** What was measured last, and the value above which the alarm rings. */
  readonly value?: number;
  readonly threshold: number;
  /** ISO 8601: when the state last changed. */
  readonly since?: string;
}

/** What was counted under one name and the same words. */
export interface CountView {
  readonly name: string;
  readonly by: Readonly<Record<string, string>>;
  readonly total: number;
}

/** Something published for an operator: mail that was parked. */
export interface NoticeView {
  readonly id: string;
  readonly at: Date;
  readonly subject?: string;
  readonly message: string;
}

/** A mail that landed in the local mailbox instead of leaving. */
export interface MailboxItem {
  readonly id: string;
  readonly emailId: string;
  readonly rcptTo: string;
  readonly mailFrom: string;
  readonly subject: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly at: string;
}

export interface MailboxReader {
  /** The newest first. */
  list(limit: number): Promise<readonly MailboxItem[]>;
  /** The whole message, or `undefined` when there is none. */
  raw(id: string): Promise<BlobContent | undefined>;
}

/** What the console shows, and what an operator can do in it. */
export interface ConsoleParts {
  readonly ledger: Pick<Ledger, 'read' | 'page' | 'parts' | 'history'>;
  /** How many queries a list of mails may cost; absent: a query costs nothing, and all days are looked at. */
  readonly mostQueries?: number;
  readonly emails: Pick<Emails, 'read' | 'ofGroup' | 'history' | 'events'>;
  readonly links: Pick<Links, 'ofMail'>;
  /** Shows and changes links; absent: they are only listed with their mail. */
  readonly linkDesk?: LinkDesk;
  /** Processes a mail again; absent: the console cannot. */
  readonly replay?: (mailId: string, doer: Doer, dryRun: boolean) => Promise<ReplayAnswer>;
  /** Is told of each outbound dead letter before it is redriven, so that a failed email is attempted anew. */
  readonly reopenFailed?: (body: string, doer: Doer) => Promise<boolean>;
  /** Absent: the list is neither shown nor changed here. */
  readonly suppression?: Suppression;
  readonly queues: readonly Pick<JobQueue, 'name' | 'depth'>[];
  /** Where they can only be counted, operators look into them and redrive them by command. */
  readonly deadLetters: DeadLetterBoxes | Pick<DeadLetterBoxes, 'count'>;
  /** Absent: pages ask by themselves. */
  readonly changes?: ChangeSource;
  /** Opens what landed in the mailbox. */
  readonly parser?: MimeParser;
  readonly clock: Clock;
  readonly log: Logger;
  /** Absent: the platform shows alarms and notices in a place of its own. */
  alarms?(): readonly AlarmView[] | Promise<readonly AlarmView[]>;
  /** The newest first. */
  notices?(limit: number): readonly NoticeView[] | Promise<readonly NoticeView[]>;
  /** What was counted since the start; absent: it is kept elsewhere. */
  metrics?(): readonly CountView[];
  /** Absent when mail is handed on to a real transport. */
  readonly mailbox?: MailboxReader;
  /** A command that sends a first mail, shown while there is none. */
  readonly firstMailCommand?: string;
  /** Ends open event streams, so that a server can stop. */
  readonly closing?: AbortSignal;
}
