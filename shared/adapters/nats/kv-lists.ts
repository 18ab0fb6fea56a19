import {
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';

/** A value as the bucket's stream holds it. */
export interface RawEntry {
  readonly key: string;
  readonly seq: number;
  /** Empty for a key that was deleted. */
  readonly json: string;
}

/** Up to so many values are asked for one by one: a consumer costs four requests before its first value. */
const shortList = 32;

/** A consumer whose place was replaced under it can fall silent for good; what it owes is then asked for. */
const silentAfterMs = 1_000;

/**
 * The value of each key that a filter fits. A long list is begun by a consumer, which is fast, but while values are
 * replaced it may pass some over and never end: the server's own list of keys says what is still to be asked for.
 */
export async function readList(
  js: JetStreamClient,
  jsm: JetStreamManager,
  bucket: string,
  filter: string,
): Promise<RawEntry[]> {
  const stream = toStream(bucket);
  const { state } = await jsm.streams.info(stream.name, { subjects_filter: `${stream.prefix}${filter}` });
  const subjects = Object.keys(state.subjects ?? {});
  const isLong = subjects.length > shortList;
  const found = new Map(
    isLong ? (await consume(js, stream, filter, [0, state.last_seq])).map((entry) => [entry.key, entry]) : [],
  );
  const missing = subjects.filter((subject) => !found.has(subject.slice(stream.prefix.length)));
  for (let start = 0; start < missing.length; start += shortList) {
    const requests = missing.slice(start, start + shortList).map((last_by_subj) => ({ last_by_subj }));
    for (const entry of await Promise.all(requests.map((request) => ask(jsm, stream, request)))) {
      if (entry !== undefined) found.set(entry.key, entry);
    }
  }
  return [...found.values()];
}

/**
 * The last value of each key that was written after a place in the stream, message by message until there is none: a
 * value that is replaced while this runs is met again further on, so that what is answered is complete up to `upTo`.
 * A long way is begun by a consumer, which is faster than any writer; its own count of what is left is not exact.
 */
export async function readSince(js: JetStreamClient, jsm: JetStreamManager, bucket: string, after: number) {
  const stream = toStream(bucket);
  const found = new Map<string, RawEntry>();
  let upTo = after;
  for (let count = 1; ; count += 1) {
    // The server takes it since 2.9; the client's types leave it to its direct reads.
    const request: { seq: number; next_by_subj: string } = { seq: upTo + 1, next_by_subj: `${stream.prefix}>` };
    const entry = await ask(jsm, stream, request);
    if (entry === undefined) return { entries: [...found.values()], upTo };
    const rest = count % shortList === 0 ? await consume(js, stream, '>', [entry.seq, await lastSeq(jsm, stream)]) : [];
    for (const one of [entry, ...rest]) found.set(one.key, one);
    upTo = rest.at(-1)?.seq ?? entry.seq;
  }
}

interface KvStream {
  readonly name: string;
  /** Of the subject of every key. */
  readonly prefix: string;
}

function toStream(bucket: string): KvStream {
  return { name: `KV_${bucket}`, prefix: `$KV.${bucket}.` };
}

async function lastSeq(jsm: JetStreamManager, { name }: KvStream): Promise<number> {
  return (await jsm.streams.info(name)).state.last_seq;
}

/**
 * Values after a place in the stream, in its order, until another place or one behind it is met, or the consumer counts
 * none left, or it falls silent.
 */
async function consume(
  js: JetStreamClient,
  stream: KvStream,
  filter: string,
  [after, upTo]: readonly [number, number],
): Promise<RawEntry[]> {
  const consumer = await js.consumers.getPushConsumer(stream.name, {
    filter_subjects: `${stream.prefix}${filter}`,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: after + 1,
  });
  const entries: RawEntry[] = [];
  const messages = await consumer.consume();
  const silence = setTimeout(() => messages.stop(), silentAfterMs);
  try {
    for await (const message of messages) {
      silence.refresh();
      const isGone = (message.headers?.get('KV-Operation') ?? '') !== '';
      const json = isGone ? '' : message.string();
      entries.push({ key: message.subject.slice(stream.prefix.length), seq: message.seq, json });
      if (message.seq >= upTo || message.info.pending === 0) break;
    }
  } finally {
    clearTimeout(silence);
    await consumer.delete();
  }
  return entries;
}

/** One message of a stream, or none. */
async function ask(
  jsm: JetStreamManager,
  { name, prefix }: KvStream,
  request: Parameters<JetStreamManager['streams']['getMessage']>[1],
): Promise<RawEntry | undefined> {
  try {
    const message = await jsm.streams.getMessage(name, request);
    if (message === null) return undefined;
    const isGone = message.header.get('KV-Operation') !== '';
    return { key: message.subject.slice(prefix.length), seq: message.seq, json: isGone ? '' : message.string() };
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.NoMessageFound) return undefined;
    throw error;
  }
}
