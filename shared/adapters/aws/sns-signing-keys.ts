import { PermanentMailError, TransientMailError } from '../../errors/mail-error.ts';
import type { Clock } from '../../ports/platform.ts';
import { assertInForce, readSigningKey, type SigningKey } from './sns-signing-key.ts';

/**
 * Gives what stands at a pinned URL, as text; `undefined` when its host says that there is no such thing. No answer:
 * `TransientMailError` `ERR_TOPIC_UNAVAILABLE`.
 */
export type FetchSigningCertificate = (url: string) => Promise<string | undefined>;

export interface SigningKeysOptions {
  readonly fetchCertificate: FetchSigningCertificate;
  readonly clock: Clock;
}

/** Gives the key behind a pinned URL. */
export type SigningKeys = (pinnedUrl: string) => Promise<SigningKey>;

/** SNS signs with one certificate a region at a time: this is room for many regions, and for a change of each. */
const mostKeys = 32;
/** A certificate lasts a year; once a day is often enough to see that it was withdrawn. */
const keptMs = 86_400_000;
/** Whoever makes up certificate names must not have each looked up again and again, nor fill the memory with them. */
const mostMissing = 256;
const missingKeptMs = 60_000;
/** Looked up at once; more are told to come again. */
const mostLookUps = 8;

/** A certificate that was looked for: its key, or what is wrong with it. */
type Found = { readonly key: SigningKey } | { readonly refusal: PermanentMailError };

/**
 * Signing keys by the URL of their certificate, each fetched once however many messages wait for it. What is kept is
 * bounded in number and time; a key outside of its certificate's dates is refused with `ERR_NOT_AUTHENTICATED`.
 */
export function createSigningKeys({ fetchCertificate, clock }: SigningKeysOptions): SigningKeys {
  const keys = createShelf<SigningKey>(clock, mostKeys, keptMs);
  const missing = createShelf<PermanentMailError>(clock, mostMissing, missingKeptMs);
  const lookUps = new Map<string, Promise<Found>>();

  async function lookUp(url: string): Promise<Found> {
    try {
      const key = readSigningKey((await fetchCertificate(url)) ?? '');
      assertInForce(key, clock.now());
      keys.put(url, key);
      return { key };
    } catch (error) {
      if (!(error instanceof PermanentMailError)) throw error;
      missing.put(url, error);
      return { refusal: error };
    }
  }

  function shared(url: string): Promise<Found> {
    const under = lookUps.get(url);
    if (under !== undefined) return under;
    if (lookUps.size >= mostLookUps)
      throw new TransientMailError('ERR_TOPIC_UNAVAILABLE', `${mostLookUps} certificates are being looked up already`);
    const begun = lookUp(url).finally(() => lookUps.delete(url));
    lookUps.set(url, begun);
    return begun;
  }

  return async (url) => {
    const refusal = missing.get(url);
    if (refusal !== undefined) throw refusal;
    const kept = keys.get(url);
    const found = kept === undefined ? await shared(url) : { key: kept };
    if ('refusal' in found) throw found.refusal;
    assertInForce(found.key, clock.now());
    return found.key;
  };
}

/** A map of so many things at most, each for so long at most; the oldest goes first. */
function createShelf<Thing>(clock: Clock, most: number, forMs: number) {
  const things = new Map<string, { readonly thing: Thing; readonly untilMs: number }>();
  return {
    get(name: string): Thing | undefined {
      const one = things.get(name);
      if (one === undefined || one.untilMs > clock.now().getTime()) return one?.thing;
      things.delete(name);
      return undefined;
    },
    put(name: string, thing: Thing): void {
      things.delete(name);
      const oldest = things.keys().next();
      if (things.size >= most && oldest.done !== true) things.delete(oldest.value);
      things.set(name, { thing, untilMs: clock.now().getTime() + forMs });
    },
  };
}
