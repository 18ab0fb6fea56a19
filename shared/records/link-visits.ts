import type { LinkRecord } from '../contracts/records.ts';
import { keys } from './keys.ts';
import { linkKeys } from './link-keys.ts';
import { fromRecord, queryAll, type RecordContext, recordExpiry } from './repository.ts';

/** `page`: the page was seen; `file`, `archive`: a download was begun; `ask`: a new link was asked for. */
export type VisitStep = 'page' | 'file' | 'archive' | 'ask';

/** What came: a person's browser, a known link scanner, a browser that loads ahead, or a program such as curl. */
export type VisitorKind = 'person' | 'scanner' | 'prefetch' | 'program';

/** One visit. No address of the visitor is kept. */
export interface LinkVisit {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly step: VisitStep;
  readonly visitor: VisitorKind;
}

/** What was done with links, by whatever kind of visitor. */
export interface LinkVisits {
  /** Keeps one visit; a link that is hammered keeps only its first 500 of each kind of visitor. */
  add(link: LinkRecord, step: VisitStep, visitor: VisitorKind): Promise<void>;
  /** Oldest first. */
  ofLink(tokenHash: string): Promise<LinkVisit[]>;
}

/** More tells nothing more, and would let anyone who holds a link fill the store. */
const mostVisits = 500;

export function createLinkVisits({ store, clock, ids }: RecordContext): LinkVisits {
  return {
    async add({ tokenHash }, step, visitor) {
      const count = `visits_${visitor}`;
      const link = await store.read(keys.link(tokenHash));
      if (link === undefined || Number(link[count] ?? 0) >= mostVisits) return;
      const at = clock.now().toISOString();
      await store.commit([
        { type: 'update', key: keys.link(tokenHash), add: { [count]: 1 }, when: { is: 'present' } },
        {
          type: 'put',
          record: { ...linkKeys.visit(tokenHash, at, ids.next()), at, step, visitor, expiresAt: recordExpiry(clock) },
        },
      ]);
    },

    async ofLink(tokenHash) {
      const records = await queryAll(store, { pk: keys.link(tokenHash).pk, skPrefix: 'V#' });
      return records.map((record) => fromRecord<LinkVisit>(record));
    },
  };
}

/** Whether someone, and not a scanner, began a download. */
export function isFetch({ step, visitor }: LinkVisit): boolean {
  return (step === 'file' || step === 'archive') && (visitor === 'person' || visitor === 'program');
}
