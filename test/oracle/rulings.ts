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
      'RFC 2046 §4.1.2 asks a reader for US-ASCII and ISO-8859; UTF-7 (RFC 2152) is never decoded, since it can hide markup',
    mails: {
      'legacy/001.eml': 'text 1',
      'legacy/005.eml': 'text 1',
      'legacy/034.eml': 'text 1',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2: 8-bit bytes in a header that are no UTF-8 (RFC 6532 §3.2) are read as Latin-1, so that the name survives',
    mails: {
      'legacy/016.eml': 'name 3',
      'legacy/023.eml': 'name 4',
    },
  },
  {
    decidedBy:
      'RFC 2045 §2.8: 8-bit bytes in text that is labelled US-ASCII, or not at all, are read as Latin-1, so that they survive',
    mails: {
      'legacy/052.eml': 'text 1',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2, RFC 2045 §2.8: 8-bit bytes in the name and in text labelled US-ASCII are read as Latin-1',
    mails: {
      'legacy/026.eml': 'name 2, text 2',
    },
  },
  {
    decidedBy: 'RFC 2045 §6.7 (4): the encoded CR before a line end is part of the line end, and text is given with LF',
    mails: {
      'legacy/045.eml': 'text 2',
    },
  },
  {
    decidedBy: 'RFC 5322 §2.3: a lone CR does not stand in a mail, and is read as the line end it was or was to be',
    mails: {
      'legacy/049.eml': 'text 1 (CRLF)',
      'thirdparty/000.eml': 'text 1',
    },
  },
  {
    decidedBy: 'RFC 2046 §5.1.1: each of the four delimiter lines begins a part, empty or not',
    mails: {
      'malformed/000.eml': 'count 4/0',
    },
  },
  {
    decidedBy: 'RFC 2046 §5.1.1: a delimiter of a multipart that another has ended is text',
    mails: {
      'malformed/001.eml': 'text 2',
    },
  },
  {
    decidedBy: 'RFC 2046 §5.1.1: a multipart has at least one delimiter; the mail is parked, not read as text',
    mails: {
      'malformed/002.eml': 'refused ERR_BOUNDARY',
      'malformed/004.eml': 'refused ERR_BOUNDARY',
      'malformed/017.eml': 'refused ERR_BOUNDARY',
    },
  },
  {
    decidedBy: 'RFC 2046 §5.1.1: one delimiter and one that closes are one part',
    mails: {
      'malformed/007.eml': 'count 1/2',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.2: the delimiter of an outer multipart ends everything within it, also where the inner one was not closed',
    mails: {
      'malformed/009.eml': 'count 3/2',
      'malformed/011.eml': 'count 3/2',
      'malformed/012.eml': 'count 3/2',
      'malformed/016.eml': 'count 2/4',
      'thirdparty/015.eml': 'count 4/2',
    },
  },
  {
    decidedBy: 'RFC 2046 §5.1.1: a delimiter is the whole boundary, letter case and all; nine of them begin nine parts',
    mails: {
      'malformed/019.eml': 'count 9/7',
    },
  },
  {
    decidedBy: 'RFC 2046 §5.1.1: a delimiter without hyphens at its end begins another part, here an empty one',
    mails: {
      'malformed/020.eml': 'count 3/2',
      'malformed/021.eml': 'count 3/2',
    },
  },
  {
    decidedBy:
      'RFC 2045 §6.8: characters that base64 does not have are passed over, and what is left is decoded and flagged',
    mails: {
      'rfc/000.eml': 'text 3.1, text 3.2',
      'thirdparty/002.eml': 'text 2, text 3',
    },
  },
  {
    decidedBy: 'RFC 2046 §5.2.1 forbids it, but an enclosed mail in base64 is of use only decoded',
    mails: {
      'rfc/008.eml': 'bytes 2',
    },
  },
  {
    decidedBy: 'RFC 2046 §5.1.1: a delimiter stands at the beginning of a line; after text on the same line it is text',
    mails: {
      'thirdparty/005.eml': 'text 5',
    },
  },
];

/** Against the accounts of James mime4j. */
export const mime4jRulings: readonly Ruling[] = [
  {
    decidedBy:
      'RFC 2046 §5.1.1: a multipart has at least one delimiter of the boundary that its header names; the mail is parked',
    mails: {
      'mimetools-testmsgs/badbound.msg': 'refused ERR_BOUNDARY',
      'testmsgs/ending-boundaries.msg': 'refused ERR_BOUNDARY',
      'testmsgs/missing-boundary.msg': 'refused ERR_BOUNDARY',
      'testmsgs/missing-inner-boundary.msg': 'refused ERR_BOUNDARY',
      'testmsgs/missing-inner-start-boundary.msg': 'refused ERR_BOUNDARY',
      'testmsgs/multipartnopart.msg': 'refused ERR_BOUNDARY',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: a boundary has no more than 70 characters and does not end with a space; what such a delimiter parts cannot be told, so the mail is parked',
    mails: {
      'testmsgs/very-long-boundary.msg': 'refused ERR_TRUNCATED',
      'testmsgs/very-very-long-boundary.msg': 'refused ERR_BOUNDARY',
      'testmsgs/weird-boundary.msg': 'refused ERR_TRUNCATED',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1: most of the mail stands outside of what its delimiters part; nothing is dropped, so the mail is parked',
    mails: {
      'mimetools-testmsgs/multi-bad.msg': 'refused ERR_NOT_CONSERVED',
    },
  },
  {
    decidedBy: 'RFC 5322 §3.5: a mail is a header, then a body; what has no header field is parked',
    mails: {
      'testmsgs/malformedHeader-noheader.msg': 'refused ERR_NO_HEADER',
      'testmsgs/malformedHeaderStartsBody-noheader.msg': 'refused ERR_NO_HEADER',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2: a line that is no header field ends the header; it is kept as the first line of the body, where mime4j drops it',
    mails: {
      'mimetools-testmsgs/hdr-fakeout.msg': 'text 1',
      'testmsgs/basic-plain-with-bad-header-separator.msg': 'text 1',
      'testmsgs/malformedHeader-nocrlfcrlf.msg': 'text 1',
      'testmsgs/malformedHeaderStartsBody-nocrlfcrlf.msg': 'text 1',
      'testmsgs/obsolete.msg': 'text 1',
    },
  },
  {
    decidedBy: 'RFC 2045 §6.8: base64 that ends within a group gives the bytes that are whole in it',
    mails: {
      'mimetools-testmsgs/multi-frag.msg': 'bytes 3.2',
    },
  },
];

/** Against postal-mime's attachments. */
export const postalMimeRulings: readonly Ruling[] = [
  {
    decidedBy: 'RFC 2183 §2.3: text with a file name is meant to be a file; postal-mime shows it in the body',
    mails: {
      'enmime/testdata/mail/inlinemultipart.raw': 'count 2/1',
      'enmime/testdata/mail/malformed-multiple-address-header-values.raw': 'count 2/1',
      'enmime/testdata/parts/nestedmulti.raw': 'count 2/0',
      'james-mime4j/mimetools-testmsgs/lennie.msg': 'count 2/1',
      'james-mime4j/mimetools-testmsgs/multi-badnames.msg': 'count 3/0',
      'james-mime4j/mimetools-testmsgs/multi-igor.msg': 'count 3/0',
      'james-mime4j/mimetools-testmsgs/multi-igor2.msg': 'count 3/0',
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
    decidedBy: 'RFC 2183 §2.8: a disposition that is not known is an attachment',
    mails: {
      'mikel-mail/emails/error_emails/multiple_invalid_content_dispositions.eml': 'count 1/0',
    },
  },
  {
    decidedBy: 'RFC 2045 §5.2: a Content-Type that cannot be read stands for text/plain',
    mails: {
      'enmime/testdata/parts/empty-ctype-bad-content.raw': 'count 0/1',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.2.1: the body of message/rfc822 is the enclosed mail, whole; postal-mime gives it without what it takes for a broken header',
    mails: {
      'hang/hang-11-22828.eml': 'bytes 1',
      'hang/hang-11-30240.eml': 'bytes 1',
      'hang/hang-11-46016.eml': 'bytes 1',
      'hang/hang-11-64405.eml': 'bytes 1',
      'hang/hang-22-3134.eml': 'bytes 1',
      'hang/hang-22-73807.eml': 'bytes 1',
    },
  },
  {
    decidedBy: 'RFC 5322 §2.3: CR and LF must only stand together; a mail with lone CR as line end is parked',
    mails: {
      'hang/hang-22-66313.eml': 'refused ERR_BARE_CR',
    },
  },
  {
    decidedBy:
      'RFC 5322 §2.2: 8-bit bytes in a header that are no UTF-8 (RFC 6532 §3.2) are read as Latin-1, so that the name survives',
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
      'RFC 2231 §4: a byte that the charset of the name does not have is left out of the name, where postal-mime puts U+FFFD',
    mails: {
      'mikel-mail/emails/attachment_emails/attachment_with_encoded_name.eml': 'name 2',
      'mikel-mail/emails/plain_emails/raw_email8.eml': 'name 2',
    },
  },
  {
    decidedBy:
      'RFC 2046 §5.1.1, RFC 2045 §6.8: a mail that ends inside a part has lost content, and is parked instead of passed on as whole',
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
