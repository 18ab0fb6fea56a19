import { percentile, spreadOf, toTable } from './figures.ts';
import { type RelayUnderLoad, startRelayUnderLoad } from './relay-process.ts';

const callers = 16;
const runs = 3;
const warmUpMs = 2_000;
const runMs = 5_000;

const mail = { to: 'user@example.com', subject: 'You have been added', html: '<p>Hello</p>', text: 'Hello' };

/** send_email with tracking on, 16 callers that each wait for their answer, with the server's default sync and with `always`. */
export async function measureSendRate(program: string, canSyncAlways: boolean): Promise<string> {
  const rows = [['sync of nats-server', 'sends/s min', 'median', 'max', 'p50 ms', 'p99 ms', 'failed']];
  for (const alwaysSync of canSyncAlways ? [false, true] : [false]) {
    const relay = await startRelayUnderLoad(program, alwaysSync);
    try {
      await load(relay, warmUpMs);
      const loads = [];
      for (let run = 0; run < runs; run += 1) loads.push(await load(relay, runMs));
      const rate = spreadOf(loads.map((one) => one.perSecond));
      const waits = loads.flatMap((one) => one.waitsMs).toSorted((a, b) => a - b);
      const failed = loads.reduce((sum, one) => sum + one.failed, 0);
      const cells = [rate.min, rate.median, rate.max].map((value) => value.toFixed(0));
      const times = [percentile(waits, 0.5), percentile(waits, 0.99)].map((value) => value.toFixed(1));
      rows.push([alwaysSync ? 'always' : 'default (2 min)', ...cells, ...times, String(failed)]);
    } finally {
      await relay.close();
    }
  }
  const note = canSyncAlways
    ? ''
    : '\nsync_interval: always was not measured: it needs nats-server 2.10 or later, run scripts/install-nats-server.sh';
  return `send_email, tracked, ${callers} callers, ${runs} runs of ${runMs / 1000} s\n${toTable(rows)}${note}`;
}

async function load(relay: RelayUnderLoad, forMs: number) {
  const beganMs = performance.now();
  const waitsMs: number[] = [];
  let failed = 0;
  const caller = async (index: number) => {
    while (performance.now() - beganMs < forMs) {
      const askedMs = performance.now();
      const reply = await relay.request('send_email', { ...mail, group_id: `caller-${index}` });
      if (reply.error === undefined) waitsMs.push(performance.now() - askedMs);
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  return { perSecond: (waitsMs.length / (performance.now() - beganMs)) * 1000, waitsMs, failed };
}
