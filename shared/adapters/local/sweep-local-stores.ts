import { queueNames, queues } from '../../../infra/topology.ts';
import type { BlobFiles } from './blob-files.ts';
import { mailboxRetentionMs } from './mailbox.ts';
import type { LocalDatabase } from './sqlite-host.ts';

/** One transaction of the sweep stays short, so that callers in between do not wait. */
const rowsAtOnce = 500;
/** Content without a row may belong to a put under way elsewhere in this process, or to a reader that is about to open it. */
const unreferencedForMs = 3_600_000;
const dayMs = 86_400_000;

/** Deletes expired records, objects, mailbox mails and dead letters, and files that nothing refers to. */
export async function sweepLocalStores(database: LocalDatabase, files: BlobFiles, now: Date): Promise<void> {
  const nowMs = now.getTime();
  const nowSeconds = Math.floor(nowMs / 1_000);
  await untilFew(() => database.run('records.sweep', { nowSeconds, limit: rowsAtOnce }));
  await untilFew(() => database.run('objects.sweep', { now: nowMs, limit: rowsAtOnce }));
  await database.run('mailbox.sweep', { before: nowMs - mailboxRetentionMs });
  for (const queue of queueNames) {
    await database.run('dead.sweep', { queue, before: nowMs - queues[queue].deadLetterRetentionDays * dayMs });
  }
  await files.collect(new Date(nowMs - unreferencedForMs), (hashes) => database.run('objects.referenced', { hashes }));
}

async function untilFew(sweep: () => Promise<number>): Promise<void> {
  while ((await sweep()) === rowsAtOnce);
}
