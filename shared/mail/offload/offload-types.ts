import type { OffloadReason } from './offload-reasons.ts';

/** What the policy reads of a leaf that is not body. */
export interface OffloadLeaf {
  /** IMAP's part number. */
  readonly path: string;
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly fileName?: string;
  readonly disposition?: 'attachment' | 'inline';
  /** Without angle brackets. */
  readonly contentId?: string;
  readonly typeParameters: Readonly<Record<string, string>>;
  /** Content types of the multiparts around the leaf, outermost first. */
  readonly within: readonly string[];
}

/** A route's wishes. */
export interface OffloadRules {
  /** Files smaller than this stay in the mail; 0: every file goes. Unit: bytes. */
  readonly minBytes: number;
  /** The largest image that stays because the HTML shows it; 0: none stays. Unit: bytes. */
  readonly keepInlineMaxBytes: number;
  /** Content types that stay: `application/pdf`, `image/*`. */
  readonly keepTypes: readonly string[];
}

/**
 * What is done with a mail as a whole: `plain` mail is taken apart, `intact` mail goes on with its body unchanged,
 * `unwrap` is taken apart although that breaks its signature, which is taken off.
 */
export type MailTreatment = 'plain' | 'intact' | 'unwrap';

/** A leaf after its bytes came by. */
export interface OffloadFile {
  readonly head: OffloadLeaf;
  /** The name it is shown under, made safe. */
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Its bytes are at hand, so it can stay in the mail. */
  readonly isHeld: boolean;
}

/** What becomes of one leaf, and why. */
export interface OffloadDecision {
  readonly fate: 'offloaded' | 'inline' | 'kept';
  readonly reason: OffloadReason;
  /** Where a part that stays stands in the composed mail; absent for what is not written into it by itself. */
  readonly place?: 'related' | 'alternative' | 'mixed';
  /** Whether the recipients get a link to it. */
  readonly isLinked: boolean;
}
