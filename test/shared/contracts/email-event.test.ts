import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emailEventSchema, emailEventTypes, toEmailEventId } from '../../../shared/contracts/email-event.ts';

const folder = 'events/email-event';
const samples = readdirSync(folder);
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describe('events/email-event', () => {
  it.each(samples.filter((name) => !name.startsWith('invalid-')))('%s is an event of version 1', (name) => {
    expect(emailEventSchema.parse(read(name))).toEqual(read(name));
  });

  it.each(samples.filter((name) => name.startsWith('invalid-')))('%s is none', (name) => {
    expect(emailEventSchema.safeParse(read(name)).success).toBe(false);
  });

  it('there is a sample of every type', () => {
    const shown = new Set(samples.map((name) => (read(name) as { type: string }).type));
    for (const type of emailEventTypes) expect(shown).toContain(type);
  });
});

describe('toEmailEventId', () => {
  it('gives one cause one id, and every other cause, type or email another', () => {
    const id = toEmailEventId('e1', 'opened', 'sns-1');
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(toEmailEventId('e1', 'opened', 'sns-1')).toBe(id);
    const others = [toEmailEventId('e2', 'opened', 'sns-1'), toEmailEventId('e1', 'clicked', 'sns-1')];
    expect(new Set([id, ...others, toEmailEventId('e1', 'opened', 'sns-2')]).size).toBe(4);
  });
});
