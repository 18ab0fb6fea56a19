import type { ErrorCode } from '../errors/codes.ts';

/** What the ledger, the emails and the links say; keys are made in shared/records alone. Dates are ISO 8601, UTC. */

/** `received` and `accepted` are under way, `stuck` waits for an operator (its job is in the DLQ), the rest are ends. */
export type MailState = 'received' | 'accepted' | 'stuck' | 'relayed' | 'parked' | 'quarantined' | 'ignored';

export const finalMailStates: readonly MailState[] = ['relayed', 'parked', 'quarantined', 'ignored'];

export interface LedgerEntry {
  readonly mailId: string;
  readonly state: MailState;
  readonly code?: ErrorCode;
  /** One sentence for the operator; holds no address, body or marker. */
  readonly reason?: string;
  readonly routeId: string;
  readonly rawBucket: string;
  readonly rawKey: string;
  readonly sizeBytes: number;
  readonly receivedAt: string;
  readonly changedAt: string;
  readonly from?: string;
  readonly subject?: string;
  readonly recipientCount: number;
  readonly partCount: number;
  readonly warnings: readonly string[];
}

/** What became of one leaf of the mail. */
export interface LedgerPart {
  readonly mailId: string;
  readonly path: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Lower-case hex of the decoded bytes. */
  readonly sha256: string;
  readonly fate: 'offloaded' | 'inline' | 'kept';
  readonly reason: string;
  /** Where the bytes are, in the files bucket; absent for what stayed in the mail. */
  readonly blobKey?: string;
}

export interface HistoryItem {
  readonly at: string;
  /** A verb phrase: `raw mail stored`, `parked`. */
  readonly step: string;
  readonly detail?: string;
}

export type EmailState =
  | 'submitted'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'bounced'
  | 'complained'
  | 'retry'
  | 'uncertain'
  | 'failed'
  | 'suppressed'
  | 'canceled';

/** What a mail is for; a complaint about one class does not stop another. */
export type MessageClass = 'transactional' | 'mailing_list' | 'bulk';

/** One open event, as callers are shown it. */
export interface OpenedAt {
  readonly eventId: string;
  readonly at: string;
}

/** What is kept of an open or click to tell machines from people: no address, no URL, no user agent. */
export interface EarlyVisit {
  readonly at: string;
  /** Short hash of the link, for a click. */
  readonly link?: string;
}

/**
 * What recipients did with an email, as far as events have told. Counts are of events, each event id once; those of
 * machines are counted in both numbers of a pair.
 */
export interface EmailEngagement {
  readonly openCount?: number;
  readonly machineOpenCount?: number;
  readonly clickCount?: number;
  readonly machineClickCount?: number;
  /** The newest 500, newest first. */
  readonly openedAtList?: readonly OpenedAt[];
  readonly lastOpenedAt?: string;
  readonly lastClickedAt?: string;
  /** Opens and clicks whose user agent already told a machine. */
  readonly agentOpenCount?: number;
  readonly agentClickCount?: number;
  /** The earliest opens and clicks that only their time can tell a machine by, earliest first, at most 50. */
  readonly earlyOpens?: readonly EarlyVisit[];
  readonly earlyClicks?: readonly EarlyVisit[];
  readonly bouncedAt?: string;
  readonly complainedAt?: string;
  readonly delayedAt?: string;
  /** Why it stands as it does, in words of SES: `Permanent/General`, `abuse`. */
  readonly statusReason?: string;
}

export interface EmailRecord extends EmailEngagement {
  readonly emailId: string;
  readonly groupId: string;
  /** `transactional` when absent. */
  readonly messageClass?: MessageClass;
  readonly mailId?: string;
  /** Absent: the mail itself. */
  readonly kind?: 'reminder';
  readonly state: EmailState;
  readonly code?: ErrorCode;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly subject: string;
  /** The message in the files bucket: the whole of it, or its header where `mimeBodyKey` holds the rest. */
  readonly mimeKey: string;
  /** What the messages to all recipients of a mail share to the byte, stored once; absent where they differ. */
  readonly mimeBodyKey?: string;
  readonly sizeBytes: number;
  /** Mail whose bytes must not change takes the configuration set without tracking. */
  readonly intact: boolean;
  /** Attempts begun. */
  readonly attempts: number;
  /** While `sending`: who claimed it, and until when the claim holds. */
  readonly owner?: string;
  readonly deadlineAt?: string;
  /** While it waits: when it is taken up again. */
  readonly dueAt?: string;
  readonly uncertainSince?: string;
  /** Set when the mail was sent once more although the attempt before may have arrived. */
  readonly possibleDuplicate: boolean;
  readonly transportId?: string;
  /** Raised by every change: what compare-and-set compares. */
  readonly revision: number;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly sentAt?: string;
  readonly deliveredAt?: string;
  readonly failedAt?: string;
}

/** One attachment for one recipient. */
export interface LinkRecord {
  /** SHA-256 of the token, hex: the token itself is nowhere stored. */
  readonly tokenHash: string;
  readonly mailId: string;
  readonly path: string;
  readonly recipientHash: string;
  readonly blobKey: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly createdAt: string;
  readonly linkExpiresAt: string;
  readonly state: 'active' | 'revoked';
  /** `presigned`: the mail carries the store's own URL, and revoking deletes the object. Absent: `gateway`. */
  readonly mode?: 'gateway' | 'presigned';
  /** Who wrote the mail, as it shows it: a stranger's text. */
  readonly senderName?: string;
  /** Absent: `page`. */
  readonly confirmDownload?: 'page' | 'direct';
  /** How many times the link gives its file, and how many of them are left. Absent: no limit. */
  readonly maxDownloads?: number;
  readonly downloadsLeft?: number;
  /** Downloads given until now, of whoever pressed the button. */
  readonly downloadCount?: number;
  /** How long the link was first given for; what a renewal takes without being told. */
  readonly lastsSeconds?: number;
  /** Which route it came by. */
  readonly routeId?: string;
  /** When the store forgets the bytes: no link is renewed beyond it. */
  readonly keptUntil?: string;
  /** Set where the file is given only after a verdict, with what becomes of one that cannot be scanned. */
  readonly unscannable?: 'give' | 'withhold';
  /** When the bytes were swapped for others, last. */
  readonly replacedAt?: string;
}

/** What a malware scanner says of bytes; bound to their SHA-256, so it holds for every link to them. */
export type Verdict = 'pending' | 'clean' | 'infected' | 'unscannable';
