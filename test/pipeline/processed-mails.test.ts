import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { dueSweeper } from '../../functions/due-sweeper/handler.ts';
import { type ProcessedMail, processedMailSchema } from '../../shared/contracts/processed-mail.ts';
import { TransientMailError } from '../../shared/errors/mail-error.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

let pipeline: Pipeline | undefined;
afterEach(() => pipeline?.close());

/** A pipeline whose ends are told to `told`; the topic answers only while `isUp`. */
async function openTold() {
  const state = { isUp: true, told: [] as ProcessedMail[] };
  const publish = async (event: ProcessedMail) => {
    if (!state.isUp) throw new TransientMailError('ERR_TOPIC_UNAVAILABLE', 'down');
    state.told.push(processedMailSchema.parse(event));
  };
  const opened = await openPipeline([{}], { processedMails: { publish } });
  pipeline = opened;
  return { state, opened };
}

const mail = (name: string) => readFileSync(`events/mail/${name}.eml`);

describe('the ends of mails', () => {
  it('are told as the ledger has them: relayed with its files, parked with its code', async () => {
    const { state, opened } = await openTold();
    await opened.arrive(mail('two-attachments-one-name'));
    await opened.arrive(mail('no-marker'));
    await opened.drain();

    const entries = await opened.records.ledger.list({ limit: 10 });
    expect(new Map(state.told.map((event) => [event.mail_id, event.state]))).toEqual(
      new Map(entries.map((entry) => [entry.mailId, entry.state])),
    );
    const relayed = state.told.find((event) => event.state === 'relayed');
    const parts = await opened.records.ledger.parts(relayed?.mail_id ?? '');
    expect(relayed?.parts).toEqual(
      parts.map(({ path, sizeBytes: bytes, sha256, fate }) => ({ path, bytes, sha256, fate })),
    );
    expect(relayed?.parts).toHaveLength(2);
    expect(state.told.find((event) => event.state === 'parked')).toMatchObject({ code: 'ERR_NO_RECIPIENTS' });
    expect(JSON.stringify(state.told)).not.toMatch(/@|scan\.pdf/);
  });

  it('A5 are told once, however often a mail is announced', async () => {
    const { state, opened } = await openTold();
    const key = await opened.arrive(mail('plain-text'));
    await opened.announce(key);
    await opened.announce(key);
    await opened.drain();
    expect(state.told.map((event) => event.state)).toEqual(['relayed']);
  });

  it('H16 do not wait for a topic that is down: the mail goes on, and the sweeper tells of it later', async () => {
    const { state, opened } = await openTold();
    state.isUp = false;
    await opened.arrive(mail('plain-text'));
    await opened.drain();
    expect(opened.sender.attempts.length).toBeGreaterThan(0);
    expect(state.told).toEqual([]);
    state.isUp = true;
    opened.clock.advance(61);
    await dueSweeper(opened.platform)({}, { awsRequestId: 'test', getRemainingTimeInMillis: () => 55_000 });
    expect(state.told.map((event) => event.state)).toEqual(['relayed']);
  });
});
