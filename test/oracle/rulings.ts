/** Where another parser reads a mail of the corpus otherwise: what differs, by the RFC paragraph that decides for our reading. */
export interface Ruling {
  readonly decidedBy: string;
  /** By the mail's path: what differs, as the comparison says it. */
  readonly mails: Readonly<Record<string, string>>;
}

/** Against the accounts of stalwart; each holds for LF and for CRLF unless it says otherwise. */
export const stalwartRulings: readonly Ruling[] = [
  {
    decidedBy:
      'RFC 2049 §2 asks a reader for US-ASCII and ISO-8859 alone; the charset here is UTF-7 (RFC 2152), which can hide markup: it is shown as it stands, with a warning. In the third mail the UTF-7 is broken, and stalwart reads Chinese out of German',
    mails: {
      'legacy/001.eml': 'text 1',
      'legacy/005.eml': 'text 1',
      'legacy/034.eml': 'text 1',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2 wants ASCII in a header and RFC 6532 §3.2 allows UTF-8; the byte F6 in the name is neither, and is read as Latin-1, as it was meant, where the other parser has U+FFFD',
    mails: {
      'legacy/016.eml': 'name 3',
      'legacy/023.eml': 'name 4',
    },
  },
  {
    decidedBy:
      'RFC 2045 §5.2: text without a Content-Type may be in another charset than US-ASCII; its bytes above 127 are no UTF-8 and are read as windows-1252, with a warning, where stalwart has U+FFFD',
    mails: {
      'legacy/052.eml': 'text 1',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2, RFC 2045 §5.2: the byte F6 in the name, and again in a text part without a charset, is read as Latin-1. The part is in x-uuencode, which RFC 2045 §6.4 leaves opaque: its bytes are given as they are by both',
    mails: {
      'legacy/026.eml': 'name 2, text 2',
    },
  },
  {
    decidedBy:
      'RFC 2046 §4.1.1: text has CR in a line break alone; the base64 holds CR CR LF, which is one line break when it is read as text. The file that is handed on has all three bytes',
    mails: {
      'legacy/045.eml': 'text 2',
    },
  },
  {
    decidedBy: 'RFC 5322 §2.3: CR and LF only stand together; the mail ends with half a line end, which is read as one',
    mails: {
      'legacy/049.eml': 'text 1 (CRLF)',
    },
  },
  {
    decidedBy:
      'RFC 2046 §4.1.1: text has CR in a line break alone, so that the lone CR in the base64 is read as one; the NUL that follows is no character of a text (RFC 2045 §2.8) and is left out',
    mails: {
      'thirdparty/000.eml': 'text 1',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: each of the four delimiter lines begins a part, though all of them are empty; stalwart finds none',
    mails: {
      'malformed/000.eml': 'count 4/0',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.2: the delimiter of the outer multipart ended the inner one, so that the line `--a`, which was its delimiter, is text of the part it stands in; stalwart drops it',
    mails: {
      'malformed/001.eml': 'text 2',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: a multipart has at least one delimiter, which is the whole boundary and no more; here it is never seen (in the second mail lines begin with it and go on), so that the mail is parked, not read as text',
    mails: {
      'malformed/002.eml': 'refused ERR_BOUNDARY',
      'malformed/004.eml': 'refused ERR_BOUNDARY',
    },
  },
  {
    decidedBy:
      'RFC 2183 §2.3: the part has a file name, though the disposition before it is empty; stalwart reads neither',
    mails: {
      'malformed/017.eml': 'name 1',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: the inner multipart has one delimiter, right behind its header, and one that closes: one empty part; stalwart makes another of the close-delimiter of the outer one',
    mails: {
      'malformed/007.eml': 'count 1/2',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.2: outer delimiters are recognized at any level, also where the inner multipart, or one inside of an enclosed mail, was not closed; stalwart reads on to the end in the inner one',
    mails: {
      'malformed/009.eml': 'count 3/2',
      'malformed/011.eml': 'count 3/2',
      'malformed/012.eml': 'count 3/2',
      'thirdparty/015.eml': 'count 4/2',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.2: the delimiter of the outermost of three multiparts ended the inner two, so that their delimiters behind it are text of its second part, all of which is shown',
    mails: {
      'malformed/016.eml': 'count 2/4',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: a delimiter is the whole boundary, letter case and all; nine lines are `--boundary42`, five `--Boundary42` are none, and so nine parts begin. Five have no blank line, and their first line is their text',
    mails: {
      'malformed/019.eml': 'count 9/7',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: of two Content-Type fields the first, a multipart, counts, so that the text before its first delimiter is preamble, and its last delimiter, without hyphens, begins an empty part; by the second field, as stalwart has it, the HTML would be shown as source',
    mails: {
      'malformed/020.eml': 'count 3/2',
      'malformed/021.eml': 'count 3/2',
    },
  },
  {
    decidedBy:
      'RFC 2045 §6.8: what base64 does not have is passed over. `ignored` and `garbage` are base64 by their letters: all whole bytes of them are given, with a warning; stalwart gives fewer of the first and none of the second',
    mails: {
      'thirdparty/002.eml': 'text 2, text 3',
    },
  },
  {
    decidedBy:
      'RFC 2045 §6.2: the field says how to get the data back, and an enclosed mail in base64, which RFC 2046 §5.2.1 forbids, is of use only decoded; stalwart tells the place of the encoded bytes',
    mails: {
      'rfc/008.eml': 'bytes 2',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: a delimiter stands at the beginning of a line; in `invalid--1--` it does not, so that it is text, and is shown; stalwart drops it',
    mails: {
      'thirdparty/005.eml': 'text 5',
    },
  },
];

/** Against the accounts of James mime4j. */
export const mime4jRulings: readonly Ruling[] = [
  {
    decidedBy:
      'RFC 2046 §5.1.1: a multipart has at least one delimiter of the boundary that its header names; here it is never seen before text that mime4j drops, so that the mail is parked',
    mails: {
      'testmsgs/missing-boundary.msg': 'refused ERR_BOUNDARY',
      'testmsgs/missing-inner-boundary.msg': 'refused ERR_BOUNDARY',
      'testmsgs/missing-inner-start-boundary.msg': 'refused ERR_BOUNDARY',
      'testmsgs/multipartnopart.msg': 'refused ERR_BOUNDARY',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: a delimiter is one line; both the boundary in the header and the delimiters are broken into two, so that no line is one. mime4j drops the whole body; the mail is parked',
    mails: {
      'mimetools-testmsgs/badbound.msg': 'refused ERR_BOUNDARY',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: the grammar lets white space follow a boundary and nothing else; here text does. The note there to implementors is content with the beginning of a line, but it would cut texts at lines that only begin like a short boundary, and tell no `b` from `b2` inside it: the mail is parked, not guessed at',
    mails: {
      'testmsgs/ending-boundaries.msg': 'refused ERR_BOUNDARY',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: white space at the end of a delimiter came on the way and does not count, so that a boundary cannot end with it; these do, and their close-delimiter, with white space before its hyphens, is none: the mail has no end and is parked',
    mails: {
      'testmsgs/very-long-boundary.msg': 'refused ERR_TRUNCATED',
      'testmsgs/weird-boundary.msg': 'refused ERR_TRUNCATED',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.1.1: a line has 998 characters; a boundary longer than that, which RFC 2046 §5.1.1 ends at 70, stands on no line of a mail',
    mails: {
      'testmsgs/very-very-long-boundary.msg': 'refused ERR_BOUNDARY',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: the first delimiter is missing, and so more text stands before the first part than in all parts together; mime4j drops it, here the mail is parked',
    mails: {
      'mimetools-testmsgs/multi-bad.msg': 'refused ERR_NOT_CONSERVED',
    },
  },
  {
    decidedBy:
      'RFC 5322 §3.6: a mail has at least a Date and a From field; what begins with no field at all is no mail, and is parked',
    mails: {
      'testmsgs/malformedHeader-noheader.msg': 'refused ERR_NO_HEADER',
      'testmsgs/malformedHeaderStartsBody-noheader.msg': 'refused ERR_NO_HEADER',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2: a line that is no header field, and before none that is known, ends the header; it is kept as the first line of the body, where mime4j drops it',
    mails: {
      'testmsgs/malformedHeader-nocrlfcrlf.msg': 'text 1',
      'testmsgs/malformedHeaderStartsBody-nocrlfcrlf.msg': 'text 1',
    },
  },
  {
    decidedBy:
      'RFC 5322 §4.2: a line of white space alone folds the field before it; the line of text behind it is no field, ends the header, and is the first of the body, where mime4j drops all up to the next empty line',
    mails: {
      'mimetools-testmsgs/hdr-fakeout.msg': 'text 1',
      'testmsgs/basic-plain-with-bad-header-separator.msg': 'text 1',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2: the name of a field is ASCII, and RFC 6532 §3.2 leaves it so; the line whose name has a letter above it ends the header and is kept as text, with what follows, where mime4j drops both',
    mails: {
      'testmsgs/obsolete.msg': 'text 1',
    },
  },
  {
    decidedBy:
      'RFC 2045 §6.8: no padding ends the data before the broken delimiter and the text that follow in the part, so that all is base64, and is flagged; its last group has three digits and gives two bytes more than mime4j takes',
    mails: {
      'mimetools-testmsgs/multi-frag.msg': 'bytes 3.2',
    },
  },
];

/** Against postal-mime's attachments. */
export const postalMimeRulings: readonly Ruling[] = [
  {
    decidedBy:
      'RFC 2183 §2.3: the name is what the part is stored under when it is detached, which is done here with all that bears one; it is `inline` as well (§2.1), and postal-mime joins it to the body and loses the name',
    mails: {
      'enmime/testdata/mail/inlinemultipart.raw': 'count 2/1',
      'enmime/testdata/mail/malformed-multiple-address-header-values.raw': 'count 2/1',
      'enmime/testdata/parts/nestedmulti.raw': 'count 2/0',
      'james-mime4j/mimetools-testmsgs/lennie.msg': 'count 2/1',
      'php-mime-mail-parser/mails/m0014': 'count 1/0',
      'php-mime-mail-parser/mails/m0016': 'count 1/0',
      'stalwart-mail-parser/eml/legacy/030.eml': 'count 3/2',
      'stalwart-mail-parser/eml/legacy/042.eml': 'count 1/0',
      'stalwart-mail-parser/eml/legacy/047.eml': 'count 1/0',
      'zbateson/emails/m1009.txt': 'count 3/2',
      'zbateson/emails/m1015.txt': 'count 1/0',
      'zbateson/emails/m1016.txt': 'count 1/0',
    },
  },
  {
    decidedBy:
      'RFC 2046 §4.5.1: before there were dispositions, `name` in the Content-Type was the name of the file that the sender attached; postal-mime joins its text to the body and loses the name',
    mails: {
      'james-mime4j/mimetools-testmsgs/multi-badnames.msg': 'count 3/0',
      'james-mime4j/mimetools-testmsgs/multi-igor.msg': 'count 3/0',
      'james-mime4j/mimetools-testmsgs/multi-igor2.msg': 'count 3/0',
    },
  },
  {
    decidedBy:
      'RFC 2045 §5.1: only the semicolon is missing between `multipart/mixed` and a boundary whose delimiters are all there; postal-mime finds no part',
    mails: {
      'stalwart-mail-parser/eml/malformed/017.eml': 'count 1/0',
    },
  },
  {
    decidedBy:
      'RFC 2045 §6.8: blanks between words show that the data was not encoded, whatever the field says; the words are given as they stand, with a warning, where postal-mime makes bytes of them that mean nothing',
    mails: {
      'php-mime-mail-parser/mails/m0028':
        'bytes 2, bytes 3, bytes 4, bytes 5, bytes 6, bytes 7, bytes 8, bytes 9, bytes 10, bytes 11',
      'stalwart-mail-parser/eml/rfc/000.eml': 'bytes 3.1, bytes 3.2',
    },
  },
  {
    decidedBy:
      'RFC 2045 §6.8: padding ends the data; the line behind it is no base64 (it was to be the close-delimiter), and is kept as it stands, with a warning, where postal-mime makes bytes of it that mean nothing',
    mails: {
      'enmime/testdata/mail/epilogue-sample.raw': 'bytes 2',
    },
  },
  {
    decidedBy: 'RFC 2045 §5.2: a Content-Type that cannot be read, here `<html>`, stands for text/plain, which is body',
    mails: {
      'enmime/testdata/parts/empty-ctype-bad-content.raw': 'count 0/1',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.2.1: the body of message/rfc822 is the enclosed mail, whole: the line that ends the header, which is no field, and what follows it; postal-mime gives none of it',
    mails: {
      'hang/hang-11-22828.eml': 'bytes 1',
      'hang/hang-11-30240.eml': 'bytes 1',
      'hang/hang-11-64405.eml': 'bytes 1',
      'hang/hang-22-3134.eml': 'bytes 1',
      'hang/hang-22-73807.eml': 'bytes 1',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.2.1: the enclosed mail is given whole, with the CR that it was cut at; postal-mime has LF there',
    mails: {
      'hang/hang-11-46016.eml': 'bytes 1',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.3: CR and LF only stand together; the first line here is many fields with lone CR between them, which postal-mime reads as one, so that the mail is parked',
    mails: {
      'hang/hang-22-66313.eml': 'refused ERR_BARE_CR',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2 wants ASCII in a header and RFC 6532 §3.2 allows UTF-8; the byte F6 in the name is neither, and is read as Latin-1, as it was meant, where the other parser has U+FFFD',
    mails: {
      'stalwart-mail-parser/eml/legacy/016.eml': 'name 3',
      'stalwart-mail-parser/eml/legacy/023.eml': 'name 4',
      'stalwart-mail-parser/eml/legacy/026.eml': 'name 2',
      'zbateson/emails/m2011.txt': 'name 3',
      'zbateson/emails/m2012.txt': 'name 4',
      'zbateson/emails/m2013.txt': 'name 2',
      'zbateson/emails/m3007.txt': 'name 4',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2: a field ends with a line end; a mail that ends in the middle of one, in its own header, was cut and has lost its body: it is parked, not passed on as an empty file',
    mails: {
      'hang/hang-11-1622.eml': 'refused ERR_TRUNCATED',
      'hang/hang-11-63406.eml': 'refused ERR_TRUNCATED',
      'hang/hang-11-71209.eml': 'refused ERR_TRUNCATED',
      'hang/hang-11-75164.eml': 'refused ERR_TRUNCATED',
      'hang/hang-11-8685.eml': 'refused ERR_TRUNCATED',
      'hang/hang-22-122359.eml': 'refused ERR_TRUNCATED',
      'hang/hang-22-20873.eml': 'refused ERR_TRUNCATED',
      'hang/hang-22-42186.eml': 'refused ERR_TRUNCATED',
      'php-mime-mail-parser/mails/m0027': 'refused ERR_TRUNCATED',
      'php-mime-mail-parser/mails/m0124': 'refused ERR_TRUNCATED',
    },
  },
];

/** All that is ruled on, as a comparison finds it. */
export function ruledOn(rulings: readonly Ruling[]): Record<string, string> {
  return Object.assign({}, ...rulings.map(({ mails }) => mails));
}
