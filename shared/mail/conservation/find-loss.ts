import type { PermanentCode } from '../../errors/codes.ts';
import type { LeafAccount, MailAccount } from './mail-account.ts';

/** Why a mail may not be passed on as it was understood. */
export interface Loss {
  readonly code: PermanentCode;
  /** Says what was counted, in figures only. */
  readonly reason: string;
}

/** A base64 body has 64 digits, the padding and line ends, nothing else (RFC 2045 §6.8): below this share it is no base64. */
const minAlphabetShare = 0.75;

/**
 * Text that is only labelled as base64 has a blank behind every few letters, and most of its letters are digits of
 * base64: decoded it would be gone. Lines of base64 have 76 digits and no blank; three may come from the way.
 */
const minWordGaps = 3;
const maxWordGapShare = 0.05;

/** Base64 gives three quarters of its digits back and quoted-printable at least a third: below this share content is missing. */
const minDecodedShare = 0.2;

/**
 * A reader ignores what stands outside the parts (RFC 2046 §5.1.1), and senders put a note there: one line of the
 * longest kind (RFC 5322 §2.1.1). More than that, and more than the parts have themselves, is content.
 */
const maxNoteBytes = 998;
/** A note beside parts that hold nothing at all: some three lines of text. */
const maxNoteOfEmptyMailBytes = 200;

/**
 * Judges whether everything that a mail held is accounted for: in the body, in a file, or of no meaning by the
 * standards. Nothing is repaired here and nothing is guessed; what is undefined is what is safe to pass on.
 * @returns the first rule that is broken, in the order below
 */
export function findLoss(account: MailAccount): Loss | undefined {
  for (const rule of rules) {
    const loss = rule(account);
    if (loss !== undefined) return loss;
  }
  return undefined;
}

type Rule = (account: MailAccount) => Loss | undefined;

const rules: readonly Rule[] = [
  isNotEmpty,
  accountsForEveryByte,
  isComplete,
  isBase64,
  countsTheSameParts,
  handsOnEveryLeaf,
  decodesWhatItRead,
  readsEveryText,
  hasNoContentOutside,
];

function isNotEmpty({ sizeBytes }: MailAccount): Loss | undefined {
  return sizeBytes === 0 ? { code: 'ERR_EMPTY', reason: 'mail of 0 bytes' } : undefined;
}

function accountsForEveryByte({ sizeBytes, scan, leaves }: MailAccount): Loss | undefined {
  const { headerBytes, boundaryBytes, preambleBytes, epilogueBytes, leafBytes } = scan;
  const sum = headerBytes + boundaryBytes + preambleBytes + epilogueBytes + leafBytes;
  if (sum !== sizeBytes) return notConserved(`${sum} bytes of ${sizeBytes} have a place in the mail`);
  const encoded = total(leaves, 'encodedBytes');
  return encoded === leafBytes ? undefined : notConserved(`${encoded} bytes of ${leafBytes} in bodies were decoded`);
}

/** A mail that ends inside a part whose multipart is open was cut, unless that part shows an end of its own. */
function isComplete({ scan, leaves }: MailAccount): Loss | undefined {
  if (scan.isHeaderCut) return { code: 'ERR_TRUNCATED', reason: 'mail that ends inside a header' };
  const last = leaves.find(({ isLast }) => isLast);
  if (last === undefined) return undefined;
  const { isIncomplete, isClosed } = last.outcome;
  // A line end is what every line of a mail has (RFC 5322 §2.1): without one the rest is missing.
  const endsInLine = !scan.endsWithLineEnd && !isClosed;
  const isCut = scan.isUnclosed ? isIncomplete || endsInLine : isIncomplete && endsInLine;
  return isCut ? { code: 'ERR_TRUNCATED', reason: 'mail that ends inside its last part' } : undefined;
}

function isBase64({ leaves }: MailAccount): Loss | undefined {
  for (const { transferEncoding, inkBytes, alphabetBytes, wordGapCount } of leaves) {
    if (transferEncoding !== 'base64') continue;
    if (alphabetBytes < inkBytes * minAlphabetShare) {
      return notConserved(`base64 part in which ${alphabetBytes} of ${inkBytes} characters are base64`);
    }
    if (wordGapCount >= minWordGaps && wordGapCount > inkBytes * maxWordGapShare) {
      return notConserved(`base64 part of ${inkBytes} characters with ${wordGapCount} blanks between words`);
    }
  }
  return undefined;
}

function countsTheSameParts({ scan, separatorCount }: MailAccount): Loss | undefined {
  if (separatorCount !== undefined && separatorCount !== scan.separatorCount) {
    return notConserved(`${separatorCount} delimiter lines, ${scan.separatorCount} of them taken for parts`);
  }
  const expected = scan.separatorCount - (scan.hasDroppedPart ? 1 : 0);
  return expected === scan.partCount
    ? undefined
    : notConserved(`${scan.partCount} parts, ${expected} delimiter lines that begin one`);
}

function handsOnEveryLeaf({ leaves, leafCount, fileCount }: MailAccount): Loss | undefined {
  const files = leaves.filter(({ fate }) => fate === 'file').length;
  if (leaves.length !== leafCount) return notConserved(`${leaves.length} of ${leafCount} leaves were read`);
  return files === fileCount ? undefined : notConserved(`${fileCount} of ${files} files were handed on`);
}

function decodesWhatItRead({ leaves }: MailAccount): Loss | undefined {
  const ink = total(leaves, 'inkBytes');
  const decoded = total(leaves, 'decodedBytes');
  return decoded < ink * minDecodedShare ? notConserved(`${decoded} bytes decoded from ${ink}`) : undefined;
}

function readsEveryText({ leaves }: MailAccount): Loss | undefined {
  const lost = leaves.find(({ isLost }) => isLost);
  return lost === undefined ? undefined : notConserved(`text part of ${lost.decodedBytes} bytes that reads as nothing`);
}

function hasNoContentOutside({ scan, leaves }: MailAccount): Loss | undefined {
  const outside = scan.preambleInkBytes + scan.epilogueInkBytes;
  const inside = total(leaves, 'inkBytes');
  const allowed = inside === 0 ? maxNoteOfEmptyMailBytes : Math.max(maxNoteBytes, inside);
  return outside > allowed ? notConserved(`${outside} bytes outside the parts, ${inside} in them`) : undefined;
}

function total(leaves: readonly LeafAccount[], name: 'encodedBytes' | 'decodedBytes' | 'inkBytes'): number {
  return leaves.reduce((sum, leaf) => sum + leaf[name], 0);
}

function notConserved(reason: string): Loss {
  return { code: 'ERR_NOT_CONSERVED', reason };
}
