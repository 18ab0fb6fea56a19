import { describe, expect, it } from 'vitest';
import { sweepDue } from '../../../shared/outbound/sweep-due.ts';
import { openOutboundDesk } from '../../support/outbound-desk.ts';

describe('sweepDue', () => {
  it('R13 takes up more than a thousand in rounds while there is time, each once', async () => {
    const desk = await openOutboundDesk();
    try {
      const dueAt = desk.time.clock.now().toISOString();
      const ids = await desk.submit(1100);
      await Promise.all(ids.map((id) => desk.records.emails.change(id, () => ({ state: 'retry', fields: { dueAt } }))));
      const ports = { ...desk.platform, emails: desk.records.emails };
      const queued = async () => (await desk.stores.queues.outbound.depth()).messageCount;
      const before = await queued();
      expect(await sweepDue(ports)).toBe(1000);
      expect(await sweepDue(ports, () => true)).toBe(100);
      expect(await sweepDue(ports, () => true)).toBe(0);
      expect((await queued()) - before).toBe(1100);
    } finally {
      await desk.close();
    }
  });
});
