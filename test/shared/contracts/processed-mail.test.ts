import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processedMailSchema, processedStates, toProcessedMailId } from '../../../shared/contracts/processed-mail.ts';
import { finalMailStates } from '../../../shared/contracts/records.ts';

const folder = 'events/processed-mail';
const samples = readdirSync(folder);
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describe('events/processed-mail', () => {
  it.each(samples.filter((name) => !name.startsWith('invalid-')))('%s tells of an end, version 1', (name) => {
    expect(processedMailSchema.parse(read(name))).toEqual(read(name));
  });

  it.each(samples.filter((name) => name.startsWith('invalid-')))('%s tells of none', (name) => {
    expect(processedMailSchema.safeParse(read(name)).success).toBe(false);
  });

  it('there is a sample of every end, and every end of the ledger is told of', () => {
    const shown = new Set(samples.map((name) => (read(name) as { state: string }).state));
    for (const state of processedStates) expect(shown).toContain(state);
    expect([...processedStates].sort()).toEqual([...finalMailStates].sort());
  });
});

describe('toProcessedMailId', () => {
  it('gives one end one id, and every other mail, state or time another', () => {
    const at = '2026-01-31T12:00:00.000Z';
    const id = toProcessedMailId('m1', 'parked', at);
    expect(toProcessedMailId('m1', 'parked', at)).toBe(id);
    const others = [
      toProcessedMailId('m2', 'parked', at),
      toProcessedMailId('m1', 'ignored', at),
      toProcessedMailId('m1', 'parked', '2026-01-31T12:00:00.001Z'),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});
