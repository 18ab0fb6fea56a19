/** The named references that mail programs write for characters of addresses, markers and lists. @see HTML §13.5 */
const named: ReadonlyMap<string, number> = new Map(
  Object.entries({
    Tab: 0x09,
    NewLine: 0x0a,
    nbsp: 0xa0,
    NonBreakingSpace: 0xa0,
    ensp: 0x2002,
    emsp: 0x2003,
    thinsp: 0x2009,
    quot: 0x22,
    QUOT: 0x22,
    num: 0x23,
    dollar: 0x24,
    percnt: 0x25,
    amp: 0x26,
    AMP: 0x26,
    apos: 0x27,
    lpar: 0x28,
    rpar: 0x29,
    ast: 0x2a,
    plus: 0x2b,
    comma: 0x2c,
    hyphen: 0x2010,
    dash: 0x2010,
    period: 0x2e,
    sol: 0x2f,
    colon: 0x3a,
    semi: 0x3b,
    lt: 0x3c,
    LT: 0x3c,
    equals: 0x3d,
    gt: 0x3e,
    GT: 0x3e,
    quest: 0x3f,
    commat: 0x40,
    lsqb: 0x5b,
    lbrack: 0x5b,
    bsol: 0x5c,
    rsqb: 0x5d,
    rbrack: 0x5d,
    Hat: 0x5e,
    lowbar: 0x5f,
    UnderBar: 0x5f,
    grave: 0x60,
    lcub: 0x7b,
    lbrace: 0x7b,
    verbar: 0x7c,
    vert: 0x7c,
    rcub: 0x7d,
    rbrace: 0x7d,
    shy: 0xad,
    zwnj: 0x200c,
    zwj: 0x200d,
    lrm: 0x200e,
    rlm: 0x200f,
    ZeroWidthSpace: 0x200b,
    NoBreak: 0x2060,
    auml: 0xe4,
    ouml: 0xf6,
    uuml: 0xfc,
    szlig: 0xdf,
    eacute: 0xe9,
    egrave: 0xe8,
    aring: 0xe5,
    oslash: 0xf8,
    ntilde: 0xf1,
    ccedil: 0xe7,
  }),
);

export interface Entity {
  readonly codePoint: number;
  /** Units of the source, from `&` to the semicolon. */
  readonly length: number;
}

const numeric = /&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,10}));?/y;
const word = /&([A-Za-z]{2,24});/y;

/** The character reference that begins at `index`; undefined when there is none. */
export function readEntity(source: string, index: number): Entity | undefined {
  return source.charCodeAt(index + 1) === 0x23 ? readNumeric(source, index) : readNamed(source, index);
}

function readNumeric(source: string, index: number): Entity | undefined {
  numeric.lastIndex = index;
  const match = numeric.exec(source);
  if (match === null) return undefined;
  const codePoint = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  return { codePoint: codePoint > 0 && codePoint <= 0x10ffff ? codePoint : 0xfffd, length: match[0].length };
}

function readNamed(source: string, index: number): Entity | undefined {
  word.lastIndex = index;
  const match = word.exec(source);
  const codePoint = match?.[1] === undefined ? undefined : named.get(match[1]);
  return match === null || codePoint === undefined ? undefined : { codePoint, length: match[0].length };
}
