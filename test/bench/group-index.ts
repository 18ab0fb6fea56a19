import { randomUUID } from 'node:crypto';
import { JetStreamApiError } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { startNatsServer } from '../functions/nats-relay/nats-server.ts';
import { toTable } from './figures.ts';
import { startRelayUnderLoad } from './relay-process.ts';

const emails = 10_000;
const callers = 16;
const racedEmails = 1_000;

const mail = { to: 'user@example.com', subject: 'You have been added', html: '<p>Hello</p>', text: 'Hello' };

/** 10,000 emails into one group through the relay, then the index alone: a key for each member, and the peer's one array. */
export async function measureGroupIndex(program: string): Promise<string> {
  const sent = await sendIntoOneGroup(program);
  const nats = await startNatsServer({ program });
  try {
    const kvm = new Kvm(await nats.connect());
    const ids = Array.from({ length: emails }, () => randomUUID());
    const keyed = await kvm.create('keys', { history: 1 });
    const keysMs = await timed(() => share(ids, 1, async (id) => void (await keyed.create(`group.${id}`, id))));
    const keyedCount = (await keyed.status()).values;
    const array = await kvm.create('array', { history: 1 });
    const arrayMs = await timed(() => share(ids, 1, (id) => appendToArray(array, id)));
    const raced = await kvm.create('raced', { history: 1 });
    await share(ids.slice(0, racedEmails), callers, (id) => appendToArray(raced, id));
    const kept = (await readArray(raced)).ids.length;
    const table = toTable([
      ['index of one group', 'emails', 'seconds', 'entries', 'lost'],
      ['ours, through send_email', String(emails), sent.seconds.toFixed(1), ...counted(sent.entries)],
      ['a key each, alone, 1 writer', String(emails), (keysMs / 1000).toFixed(1), ...counted(keyedCount)],
      [
        'one array, alone, 1 writer',
        String(emails),
        (arrayMs / 1000).toFixed(1),
        ...counted((await readArray(array)).ids.length),
      ],
      [`one array, 2 tries, ${callers} writers`, String(racedEmails), '', String(kept), String(racedEmails - kept)],
    ]);
    return `${table}\nratio, one array to a key each: ${(arrayMs / keysMs).toFixed(1)}; analytics counts ${sent.counted} of ${emails}`;
  } finally {
    await nats.stop();
  }
}

/** The columns `entries` and `lost`. */
const counted = (entries: number) => [String(entries), String(emails - entries)];

async function sendIntoOneGroup(program: string) {
  const relay = await startRelayUnderLoad(program, false);
  try {
    const group_id = 'one-group';
    const numbers = Array.from({ length: emails }, (_, index) => index);
    const ms = await timed(() =>
      share(numbers, callers, async () => {
        const { error } = await relay.request('send_email', { ...mail, group_id });
        if (error !== undefined) throw new Error(`send_email answered: ${error}`);
      }),
    );
    const counted = (await relay.request('get_email_engagement_analytics', { group_id })).total_sent;
    return { seconds: ms / 1000, entries: await relay.keys('email-group-index', `${group_id}.>`), counted };
  } finally {
    await relay.close();
  }
}

const arrayKey = 'group';

/** As the peer does: read, append, compare-and-set, once more after a lost race, and then the entry is lost. */
async function appendToArray(bucket: KV, id: string): Promise<void> {
  for (let tries = 0; tries < 2; tries += 1) {
    const { ids, revision } = await readArray(bucket);
    try {
      await bucket.put(arrayKey, JSON.stringify([...ids, id]), { previousSeq: revision });
      return;
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) throw error;
    }
  }
}

async function readArray(bucket: KV): Promise<{ ids: string[]; revision: number }> {
  const entry = await bucket.get(arrayKey);
  return entry === null ? { ids: [], revision: 0 } : { ids: entry.json<string[]>(), revision: entry.revision };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

/** Works through all items with so many at once. */
async function share<Item>(
  items: readonly Item[],
  workers: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
