import { toRecipientHash } from '../mail/ids.ts';
import { keys } from './keys.ts';
import type { RecordContext } from './repository.ts';

/** What a mail is for; a complaint about one class does not stop another. */
export type MessageClass = 'transactional' | 'mailing_list' | 'bulk';

/** Stands for every class: a mailbox that does not exist takes no mail at all. */
const everyClass = 'all';

export interface SuppressionReason {
  readonly reason: 'bounce' | 'complaint' | 'operator';
  readonly at: string;
}

/** Addresses that are sent nothing more, by hash: the list itself holds no address. */
export interface Suppression {
  /** Answers why an address takes no mail of this class, or `undefined` when it does. */
  find(address: string, messageClass: MessageClass): Promise<SuppressionReason | undefined>;
  add(address: string, messageClass: MessageClass | 'all', reason: SuppressionReason['reason']): Promise<void>;
  remove(address: string, messageClass: MessageClass | 'all'): Promise<void>;
}

export function createSuppression({ store, clock }: RecordContext): Suppression {
  const keyOf = (address: string, messageClass: string) => keys.suppression(toRecipientHash(address), messageClass);
  return {
    async find(address, messageClass) {
      const [all, own] = await Promise.all([
        store.read(keyOf(address, everyClass)),
        store.read(keyOf(address, messageClass)),
      ]);
      const record = all ?? own;
      if (record === undefined) return undefined;
      return { reason: record.reason as SuppressionReason['reason'], at: String(record.at) };
    },
    async add(address, messageClass, reason) {
      const at = clock.now().toISOString();
      await store.commit([{ type: 'put', record: { ...keyOf(address, messageClass), reason, at } }]);
    },
    async remove(address, messageClass) {
      await store.commit([{ type: 'delete', key: keyOf(address, messageClass) }]);
    },
  };
}
