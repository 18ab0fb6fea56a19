import type { RecordKey } from '../ports/record-store.ts';
import { keys } from './keys.ts';

/** Where everything about links stands beside the links themselves. A key never holds an address or a token. */
export const linkKeys = {
  visit: (tokenHash: string, at: string, id: string): RecordKey => ({
    pk: keys.link(tokenHash).pk,
    sk: `V#${at}#${id}`,
  }),
  history: (tokenHash: string, at: string, id: string): RecordKey => ({
    pk: keys.link(tokenHash).pk,
    sk: `H#${at}#${id}`,
  }),
  /** One permission to fetch, by the hash of what its URL holds. */
  grant: (tokenHash: string, grantHash: string): RecordKey => ({ pk: keys.link(tokenHash).pk, sk: `G#${grantHash}` }),
  /** When someone last asked for a new link. */
  ask: (tokenHash: string): RecordKey => ({ pk: keys.link(tokenHash).pk, sk: 'ASK' }),
  /** The links of one recipient, oldest first. */
  recipient: (recipientHash: string, at: string, tokenHash: string): RecordKey => ({
    pk: `RECIPIENT#${recipientHash}`,
    sk: `LINK#${at}#${tokenHash}`,
  }),
  verdict: (sha256: string): RecordKey => ({ pk: `VERDICT#${sha256}`, sk: 'STATE' }),
  /** The archive of some files of one mail, by the hash of what is in it. */
  archive: (mailId: string, contentHash: string): RecordKey => ({ pk: keys.mail(mailId).pk, sk: `ZIP#${contentHash}` }),
  reminder: (mailId: string, recipientHash: string): RecordKey => ({
    pk: keys.mail(mailId).pk,
    sk: `REMIND#${recipientHash}`,
  }),
} as const;
