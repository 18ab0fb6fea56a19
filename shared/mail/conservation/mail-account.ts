import type { ScanAccount } from '../mime-scan/scan-types.ts';
import type { TransferCounts, TransferOutcome } from '../transfer-decoding/transfer-decoder.ts';

/** What one leaf held and what became of it. */
export interface LeafAccount extends TransferCounts {
  readonly transferEncoding: string;
  readonly outcome: TransferOutcome;
  readonly fate: 'text' | 'file';
  /** Whether the mail ended in it: no delimiter was seen behind it. */
  readonly isLast: boolean;
  /** A text that has content as bytes and none when it is read. */
  readonly isLost: boolean;
}

/** Everything that is known of a mail's bytes when it has been read to its end. */
export interface MailAccount {
  /** Bytes read from the source. */
  readonly sizeBytes: number;
  readonly scan: ScanAccount;
  /** In document order. */
  readonly leaves: readonly LeafAccount[];
  /** Leaves of the part tree. */
  readonly leafCount: number;
  /** How many files were handed on. */
  readonly fileCount: number;
  /** Delimiter lines that begin a part, counted over the raw bytes by another way; absent when they cannot be told apart. */
  readonly separatorCount?: number;
}
