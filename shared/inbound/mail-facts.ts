import type { MailHead } from '../contracts/parsed-mail.ts';
import type { LedgerEntry } from '../contracts/records.ts';

/** As much of a subject as a record keeps, to be known again by: a record has its bounds, a header field may have a megabyte. */
export const maxKeptSubjectLength = 1000;

/** Whose mail it is and what it is about, as operators see it. */
export function toMailFacts({ from, subject }: MailHead): Partial<Pick<LedgerEntry, 'from' | 'subject'>> {
  const [author] = from;
  return {
    ...(author === undefined ? {} : { from: author.address }),
    subject: subject.slice(0, maxKeptSubjectLength),
  };
}
