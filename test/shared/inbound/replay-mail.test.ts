import { afterEach, describe, expect, it } from 'vitest';
import { type Route, routesSchema } from '../../../shared/contracts/route.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { replayMail } from '../../../shared/inbound/replay-mail.ts';
import { identity, monitored, openPipeline, type Pipeline } from '../../support/pipeline.ts';

let pipeline: Pipeline;
afterEach(() => pipeline.close());

const base = {
  address: monitored,
  identity,
  recipients: { from: 'fixed', to: ['ann@example.com', 'ben@example.com'] },
};
const mail = 'From: device@example.com\r\nSubject: s\r\n\r\nbody\r\n';
const ann = { by: 'ann', reason: 'route repaired' };

/** A mail for a route that is not there, and how to put it there. */
async function openBroken() {
  let routes: readonly Route[] = routesSchema.parse([{ ...base, id: 'other', address: 'x@in.example.com' }]);
  pipeline = await openPipeline([{}], { routes: { routes: async () => routes } });
  await pipeline.arrive(mail);
  await pipeline.drain();
  const [entry] = await pipeline.records.ledger.list({ limit: 10 });
  const mailId = entry?.mailId ?? '';
  const repair = () => {
    routes = routesSchema.parse([{ ...base, id: 'default' }]);
  };
  const { ledger } = pipeline.records;
  const ports = { ...pipeline.platform, ledger };
  return { mailId, repair, ledger, ports, replay: () => replayMail(ports, mailId, ann) };
}

describe('replaying a mail', () => {
  it('that was parked, after the repair, relays it to each recipient once, and says who wanted it', async () => {
    const { mailId, repair, ledger, replay } = await openBroken();
    expect(await ledger.read(mailId)).toMatchObject({ state: 'parked', code: 'ERR_ROUTE_UNKNOWN' });
    repair();

    expect(await replay()).toEqual({ mailId, outcome: 'replayed', state: 'parked' });
    await pipeline.drain();

    const after = await ledger.read(mailId);
    expect(after).toMatchObject({ state: 'relayed', recipientCount: 2 });
    expect(after).not.toHaveProperty('code');
    expect(after).not.toHaveProperty('reason');
    expect((await pipeline.sent()).map(({ rcptTo }) => rcptTo).sort()).toEqual(['ann@example.com', 'ben@example.com']);
    // The clock stands, so that the steps of one moment have no order.
    const steps = (await ledger.history(mailId)).map(({ step, detail = '' }) => `${step} ${detail}`.trim());
    expect(steps.sort()).toEqual([
      'accepted',
      'parked ERR_ROUTE_UNKNOWN',
      'received',
      'relayed',
      'replayed by ann: route repaired',
    ]);
    expect(await ledger.list({ limit: 10, state: 'parked' })).toEqual([]);
  });

  it('without a repair ends it as before', async () => {
    const { mailId, ledger, replay } = await openBroken();
    await replay();
    await pipeline.drain();
    expect(await ledger.read(mailId)).toMatchObject({ state: 'parked', code: 'ERR_ROUTE_UNKNOWN' });
    expect(await pipeline.sent()).toEqual([]);
  });

  it('twice at once, and once more when it is relayed, sends nothing twice', async () => {
    const { mailId, repair, replay } = await openBroken();
    repair();
    await replay();
    expect(await replay()).toMatchObject({ outcome: 'replayed', state: 'received' });
    await pipeline.drain();
    expect(await replay()).toEqual({ mailId, outcome: 'relayed', state: 'relayed' });
    await pipeline.drain();
    expect(await pipeline.sent()).toHaveLength(2);
  });

  it('that crashed before the mail was announced is made good by a second one', async () => {
    const { mailId, repair, ledger, ports, replay } = await openBroken();
    repair();
    const broken = {
      ...pipeline.platform.inboundQueue,
      send: () => Promise.reject(new TransientMailError('ERR_QUEUE_UNAVAILABLE', 'the process died here')),
    };
    await expect(replayMail({ ...ports, inboundQueue: broken }, mailId, ann)).rejects.toThrow('died');
    expect(await ledger.read(mailId)).toMatchObject({ state: 'received' });

    expect(await replay()).toMatchObject({ outcome: 'replayed', state: 'received' });
    await pipeline.drain();
    expect(await ledger.read(mailId)).toMatchObject({ state: 'relayed' });
  });

  it('takes a mail that is stuck back, so that it can be stuck again', async () => {
    const { mailId, repair, ledger, replay } = await openBroken();
    await ledger.reopen(mailId, ['parked'], 'by a test');
    await ledger.move(mailId, ['received'], 'stuck');
    repair();
    expect(await replay()).toMatchObject({ outcome: 'replayed', state: 'stuck' });
    expect(await ledger.read(mailId)).toMatchObject({ state: 'received' });
    await pipeline.drain();
    expect(await ledger.read(mailId)).toMatchObject({ state: 'relayed' });
  });

  it('changes nothing when it is only asked about', async () => {
    const { mailId, ledger, ports } = await openBroken();
    const before = await ledger.history(mailId);
    expect(await replayMail(ports, mailId, ann, true)).toMatchObject({ outcome: 'replayed', state: 'parked' });
    expect(await ledger.history(mailId)).toEqual(before);
    expect((await pipeline.platform.inboundQueue.depth()).messageCount).toBe(0);
  });

  it('says that what arrived is gone, or is another mail now, and that a mail is not known', async () => {
    const { mailId, ledger, ports, replay } = await openBroken();
    const { rawKey } = (await ledger.read(mailId)) ?? { rawKey: '' };
    await pipeline.platform.raw.put(rawKey, Buffer.from('another mail'));
    expect(await replay()).toEqual({ mailId, outcome: 'raw-gone', state: 'parked' });
    await pipeline.platform.raw.delete(rawKey);
    expect(await replay()).toEqual({ mailId, outcome: 'raw-gone', state: 'parked' });
    expect(await replayMail(ports, 'nobody', ann)).toEqual({ mailId: 'nobody', outcome: 'unknown' });
    expect(await ledger.read(mailId)).toMatchObject({ state: 'parked' });
  });
});
