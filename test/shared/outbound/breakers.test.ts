import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalStores } from '../../../shared/adapters/local/open-local-stores.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { type Breakers, createBreakers, type Permit } from '../../../shared/outbound/breakers.ts';
import { createIds } from '../../../shared/runtime/ids.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let clock: ManualClock;
let stores: LocalStores;
let told: string[];
let breakers: Breakers;

beforeEach(async () => {
  clock = createManualClock();
  stores = await openTemporaryStores(clock);
  told = [];
  breakers = another();
});
afterEach(() => stores.close());

/** Another process over the same store. */
function another(store = stores.store): Breakers {
  const alarmTopic = {
    name: 'alarms',
    publish: async ({ message }: { message: string }) => {
      told.push(message);
    },
  };
  return createBreakers({ store, alarmTopic, clock, ids: createIds(clock), log: quiet, probeSeconds: 60 });
}

const permit = async (names: string[]) => (await breakers.ask(names)) as Permit;
const open = async (name = 'account') => (await permit([name])).trip(name, 'ERR_SEND_PAUSED', 900);

describe('createBreakers', () => {
  it('lets everything through while none is open, and writes nothing', async () => {
    const free = await permit(['account', 'identity:a']);
    await free.settle('accepted');
    await free.settle('unclear');
    expect(free.granted).toBe(true);
    expect(await stores.store.read({ pk: 'BREAKER#account', sk: 'STATE' })).toBeUndefined();
  });

  it('F18 blocks every process until its time, and tells what was opened, without an address', async () => {
    await open();
    expect(await another().ask(['identity:a', 'account'])).toMatchObject({ granted: false, code: 'ERR_SEND_PAUSED' });
    expect(await another().ask(['identity:a'])).toMatchObject({ granted: true });
    expect(told.map((message) => JSON.parse(message))).toMatchObject([{ type: 'breaker.open', breaker: 'account' }]);
  });

  it('of fifty that ask when its time has come exactly one may probe', async () => {
    await open();
    clock.advance(901);
    const answers = await Promise.all(Array.from({ length: 50 }, () => another().ask(['account'])));
    expect(answers.filter(({ granted }) => granted)).toHaveLength(1);
  });

  it('closes by a probe that is accepted; one whose process died is repeated after its time', async () => {
    await open();
    clock.advance(901);
    await permit(['account']);
    expect((await another().ask(['account'])).granted).toBe(false);
    clock.advance(61);
    await (await permit(['account'])).settle('accepted');
    expect((await another().ask(['account'])).granted).toBe(true);
    expect((await another().ask(['account'])).granted).toBe(true);
  });

  it('a probe that shows nothing is repeated soon, one that was not used at once', async () => {
    await open();
    clock.advance(901);
    await (await permit(['account'])).settle('unused');
    await (await permit(['account'])).settle('unclear');
    expect((await breakers.ask(['account'])).granted).toBe(false);
    clock.advance(31);
    expect((await breakers.ask(['account'])).granted).toBe(true);
  });

  it('a probe that fails keeps it open from its first opening on, and tells no second time', async () => {
    const { openedAt } = await open();
    clock.advance(901);
    const again = await open();
    expect(again.openedAt).toBe(openedAt);
    expect(told).toHaveLength(1);
  });

  it('attempts of one moment that all fail open it once', async () => {
    const permits = await Promise.all(Array.from({ length: 20 }, () => permit(['account'])));
    await Promise.all(permits.map((one) => one.trip('account', 'ERR_SEND_QUOTA', 900)));
    expect(told).toHaveLength(1);
  });

  it('where two are open, a probe of one that fails says nothing of the other', async () => {
    await open('identity:a');
    await open('account');
    clock.advance(901);
    await (await permit(['account', 'identity:a'])).trip('identity:a', 'ERR_SENDER_NOT_VERIFIED', 3600);
    clock.advance(31);
    expect((await breakers.ask(['account'])).granted).toBe(true);
    expect((await breakers.ask(['identity:a'])).granted).toBe(false);
  });

  it('B15 a store that does not answer lets nothing out, and never hides what became of an attempt', async () => {
    const down = () => Promise.reject(new TransientMailError('ERR_STORE_UNAVAILABLE', 'down'));
    const broken = another({ ...stores.store, read: down, commit: down });
    await expect(broken.ask(['account'])).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    breakers = another({ ...stores.store, commit: down });
    const free = await permit(['account']);
    expect(await free.trip('account', 'ERR_SEND_PAUSED', 900)).toMatchObject({ untilAt: expect.any(String) });
  });
});
