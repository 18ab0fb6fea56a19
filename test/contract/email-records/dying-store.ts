import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import type { DyingStore } from '../email-records-contract.ts';

/** Lets calls through until the process dies at one place: before the call, or after it and before its answer. */
export function createDeath(place: number) {
  let passed = 0;
  const died = () => new TransientMailError('ERR_STORE_UNAVAILABLE', 'the process died here');
  const pass = () => {
    passed += 1;
    if (passed >= place) throw died();
  };
  return {
    passed: () => passed,
    /** A call that counts places. */
    async write<Answer>(call: () => Promise<Answer>): Promise<Answer> {
      pass();
      const answer = await call();
      pass();
      return answer;
    },
    /** A call that only a living process makes. */
    async read<Answer>(call: () => Promise<Answer>): Promise<Answer> {
      if (passed >= place) throw died();
      return call();
    },
  };
}

/** For stores whose commits are whole: a process can die before or after one. */
export function dyingStore(store: RecordStore, place: number): DyingStore {
  const death = createDeath(place);
  return {
    passed: death.passed,
    store: {
      read: (key) => death.read(() => store.read(key)),
      query: (query) => death.read(() => store.query(query)),
      commit: (changes) => death.write(() => store.commit(changes)),
    },
  };
}
