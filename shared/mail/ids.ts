import { shortHash } from './hash.ts';

const idLength = 40;

/** The id of an inbound mail: the same for every event that tells of it, another for other bytes under the same key. */
export function toMailId(bucket: string, key: string, etag: string): string {
  return shortHash(idLength, 'mail', bucket, key, etag);
}

/** The id of one outgoing mail to one recipient; only an explicit resend raises the generation. */
export function toEmailId(mailId: string, recipient: string, generation = 0): string {
  return shortHash(idLength, 'email', mailId, recipient, String(generation));
}

/** The id of the one mail that reminds a recipient of the files of another. */
export function toReminderId(mailId: string, recipient: string): string {
  return shortHash(idLength, 'reminder', mailId, recipient);
}

/** Outgoing mail is kept as one object each. */
export function toMimeKey(emailId: string): string {
  return `mime/${emailId}`;
}

/** Stands for an address in keys, where no address may. */
export function toRecipientHash(address: string): string {
  return shortHash(idLength, 'recipient', address.toLowerCase());
}
