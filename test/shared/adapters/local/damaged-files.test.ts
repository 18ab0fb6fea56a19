import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LocalStores, openLocalStores } from '../../../../shared/adapters/local/open-local-stores.ts';
import { MailError } from '../../../../shared/errors/mail-error.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { signing, systemClock, testFolder } from './temp-folder.ts';

const open = (dataFolder: string) => openLocalStores({ dataFolder, clock: systemClock, signing });

async function flipBit(path: string, random: () => number, every = 1): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor((random() * bytes.length) / every) * every;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  await writeFile(path, bytes);
}

describe('a data folder whose bytes have changed', () => {
  it('B22 R18 never gives a changed blob as whole, wherever the bit flipped', async () => {
    const folder = await testFolder();
    const stores = await open(folder);
    onTestFinished(() => stores.close());
    const random = seededRandom(22);
    for (let round = 0; round < 60; round += 1) {
      const content = Buffer.alloc(1 + Math.floor(random() * 400_000), `${round}`);
      const { etag, sizeBytes } = await stores.buckets.files.put('a', content);
      await flipBit(join(folder, 'blobs', etag.slice(0, 2), etag), random);
      const got = await stores.buckets.files.get('a');
      let given = 0;
      got?.body.on('data', (chunk: Buffer) => {
        given += chunk.length;
      });
      await expect(new Promise((resolve, reject) => got?.body.on('end', resolve).on('error', reject)))
        .rejects //
        .toMatchObject({ code: 'ERR_BLOB_CORRUPT' });
      expect(given).toBeLessThan(sizeBytes);
    }
  });

  it('B22 gives the bytes again once they are stored anew, as a replay of the mail does', async () => {
    const folder = await testFolder();
    const stores = await open(folder);
    onTestFinished(() => stores.close());
    const content = Buffer.alloc(10_000, 'x');
    const { etag } = await stores.buckets.files.put('a', content);
    await flipBit(join(folder, 'blobs', etag.slice(0, 2), etag), seededRandom(1));
    await stores.buckets.files.put('b', content);
    const got = await stores.buckets.files.get('a');
    expect(got && (await buffer(got.body))).toEqual(content);
  });

  it('R18 opens or says that the database is damaged, wherever the bit flipped', async () => {
    const folder = await testFolder();
    await fill(await open(folder));
    const path = join(folder, 'lightermail.db');
    const whole = await readFile(path);
    const random = seededRandom(18);
    const ends = { opened: 0, refused: 0 };
    for (let round = 0; round < 12; round += 1) {
      await writeFile(path, whole);
      // Most flips hit text, or nothing; those at the head of a page break its structure.
      await flipBit(path, random, round % 2 === 0 ? 1 : 4096);
      ends[await openOnce(folder)] += 1;
    }
    expect(ends.opened + ends.refused).toBe(12);
    expect(ends.refused).toBeGreaterThanOrEqual(5);
  });

  it.each([5_000, 40_000])('R18 says so when %i bytes of the database are missing', async (missing) => {
    const folder = await testFolder();
    await fill(await open(folder));
    const path = join(folder, 'lightermail.db');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - missing));
    expect(await openOnce(folder)).toBe('refused');
  });
});

/** Messages and records enough for several pages of each table, and everything of it in the one file. */
async function fill(stores: LocalStores): Promise<void> {
  const numbers = Array.from({ length: 200 }, (_, index) => index);
  await stores.queues.inbound.send(numbers.map((index) => JSON.stringify({ index, text: 'x'.repeat(300) })));
  for (const index of numbers) {
    await stores.store.commit([{ type: 'put', record: { pk: `P#${index}`, sk: 'S', text: 'y'.repeat(300) } }]);
  }
  await stores.close();
}

async function openOnce(folder: string): Promise<'opened' | 'refused'> {
  try {
    const stores = await open(folder);
    await stores.close();
    return 'opened';
  } catch (error) {
    expect(error).toBeInstanceOf(MailError);
    expect(String(error)).toMatch(/database|lightermail\.db/);
    return 'refused';
  }
}
