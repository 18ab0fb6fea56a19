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

export interface EmailRecord {
  readonly emailId: string;
  readonly groupId: string;
  readonly mailId?: string;
  readonly state: EmailState;
  readonly code?: ErrorCode;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly subject: string;
  /** The whole message, in the files bucket. */
  readonly mimeKey: string;
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
}
