import { describe, expect, it } from 'vitest';
import { findLoss } from '../../../../shared/mail/conservation/find-loss.ts';
import type { LeafAccount, MailAccount } from '../../../../shared/mail/conservation/mail-account.ts';

const leaf: LeafAccount = {
  transferEncoding: 'base64',
  outcome: { isDamaged: false, isIncomplete: false, isClosed: false },
  fate: 'file',
  isLast: false,
  isLost: false,
  encodedBytes: 1000,
  inkBytes: 980,
  alphabetBytes: 980,
  wordGapCount: 0,
  decodedBytes: 735,
};

const account: MailAccount = {
  sizeBytes: 1300,
  leafCount: 1,
  fileCount: 1,
  separatorCount: 1,
  leaves: [leaf],
  scan: {
    headerBytes: 200,
    boundaryBytes: 60,
    preambleBytes: 40,
    epilogueBytes: 0,
    leafBytes: 1000,
    preambleInkBytes: 30,
    epilogueInkBytes: 0,
    separatorCount: 1,
    partCount: 1,
    hasDroppedPart: false,
    isUnclosed: false,
    isHeaderCut: false,
    endsWithLineEnd: true,
  },
};

type Scan = MailAccount['scan'];
type Change = Partial<Omit<MailAccount, 'scan'>> & { scan?: Partial<Scan>; leaf?: Partial<LeafAccount> };

function codeOf({ scan, leaf: changed, ...rest }: Change): string | undefined {
  const leaves = changed === undefined ? account.leaves : [{ ...leaf, ...changed }];
  return findLoss({ ...account, leaves, ...rest, scan: { ...account.scan, ...scan } })?.code;
}

const last = { isLast: true };
const incomplete = { isDamaged: false, isIncomplete: true, isClosed: false };
const closed = { isDamaged: false, isIncomplete: false, isClosed: true };

describe('findLoss', () => {
  it('finds none where everything is accounted for', () => {
    expect(codeOf({})).toBeUndefined();
  });

  it.each<[string, string, Change]>([
    ['ERR_EMPTY', 'has no bytes', { sizeBytes: 0 }],
    ['ERR_NOT_CONSERVED', 'has a byte without a class', { sizeBytes: 1301 }],
    ['ERR_NOT_CONSERVED', 'has body bytes that no decoder saw', { leaf: { encodedBytes: 999 } }],
    ['ERR_TRUNCATED', 'ends inside the header of a part', { scan: { isHeaderCut: true } }],
    [
      'ERR_TRUNCATED',
      'ends inside a base64 group',
      { scan: { isUnclosed: true }, leaf: { ...last, outcome: incomplete } },
    ],
    ['ERR_TRUNCATED', 'ends inside a line', { scan: { isUnclosed: true, endsWithLineEnd: false }, leaf: last }],
    [
      'ERR_TRUNCATED',
      'is one part that ends inside a group and a line',
      { scan: { endsWithLineEnd: false }, leaf: { ...last, outcome: incomplete } },
    ],
    ['ERR_NOT_CONSERVED', 'has a base64 part that is 74 % base64', { leaf: { alphabetBytes: 725 } }],
    ['ERR_NOT_CONSERVED', 'has words in a base64 part', { leaf: { wordGapCount: 50 } }],
    [
      'ERR_NOT_CONSERVED',
      'has four words in a base64 part',
      { leaf: { wordGapCount: 3, inkBytes: 40, alphabetBytes: 40 } },
    ],
    ['ERR_NOT_CONSERVED', 'has a delimiter line that is no part', { separatorCount: 2 }],
    ['ERR_NOT_CONSERVED', 'has a delimiter line without a part', { scan: { partCount: 0 } }],
    ['ERR_NOT_CONSERVED', 'has a leaf that was not read', { leafCount: 2 }],
    ['ERR_NOT_CONSERVED', 'has a file that was not handed on', { fileCount: 0 }],
    ['ERR_NOT_CONSERVED', 'decodes to 19 %', { leaf: { decodedBytes: 186 } }],
    ['ERR_NOT_CONSERVED', 'has a text that reads as nothing', { leaf: { isLost: true } }],
    ['ERR_NOT_CONSERVED', 'has more outside its parts than in them', { scan: { epilogueInkBytes: 999 } }],
    [
      'ERR_NOT_CONSERVED',
      'is empty and has a note of 201 bytes',
      { scan: { preambleInkBytes: 201 }, leaf: { inkBytes: 0, alphabetBytes: 0, decodedBytes: 0 } },
    ],
  ])('refuses with %s a mail that %s', (code, _what, change) => {
    expect(codeOf(change)).toBe(code);
  });

  it.each<[string, Change]>([
    ['lacks its final boundary but ends in a line', { scan: { isUnclosed: true }, leaf: last }],
    [
      'lacks its final boundary but ends in base64 padding',
      { scan: { isUnclosed: true, endsWithLineEnd: false }, leaf: { ...last, outcome: closed } },
    ],
    ['is one text without a line end', { scan: { endsWithLineEnd: false }, leaf: last }],
    [
      'has a last delimiter that nothing follows',
      { scan: { separatorCount: 2, hasDroppedPart: true }, separatorCount: 2 },
    ],
    ['has boundaries that cannot be told apart', { scan: { separatorCount: 2, partCount: 2 } }],
    ['is three quarters base64', { leaf: { alphabetBytes: 735 } }],
    ['is base64 with a blank for a line end here and there', { leaf: { wordGapCount: 49 } }],
    ['is short base64 with two blanks', { leaf: { wordGapCount: 2, inkBytes: 20, alphabetBytes: 20 } }],
    ['is text with its blanks', { leaf: { transferEncoding: '7bit', wordGapCount: 0 } }],
    ['decodes to a fifth', { leaf: { decodedBytes: 196 } }],
    [
      'has a footer behind its parts, shorter than a line',
      { scan: { epilogueInkBytes: 900 }, leaf: { inkBytes: 4, alphabetBytes: 4, decodedBytes: 3 } },
    ],
    [
      'is empty and says that it is MIME',
      { scan: { preambleInkBytes: 120 }, leaf: { inkBytes: 0, alphabetBytes: 0, decodedBytes: 0 } },
    ],
  ])('C3 lets a mail pass that %s', (_what, change) => {
    const { separatorCount: _count, ...uncounted } = account;
    const isUncountable = _what.startsWith('has boundaries');
    expect(
      isUncountable ? findLoss({ ...uncounted, scan: { ...account.scan, ...change.scan } }) : codeOf(change),
    ).toBeUndefined();
  });
});
