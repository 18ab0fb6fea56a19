import { startLocalRuntime } from '../../infra/local/runtime.ts';
import { readLocalConfig } from '../../shared/runtime/local-config.ts';

/**
 * The local runtime as a process of its own, with what SNS would do beside it: the judge's events are fetched, put on
 * the topic, and acknowledged when they are durable there; what is not acknowledged comes again.
 */
const judge = process.env.LIGHTERMAIL_SES_ENDPOINT ?? '';
const runtime = await startLocalRuntime(readLocalConfig(process.env));
const topic = runtime.stores.topics['ses-events'];
const everyMs = 50;

async function deliverEvents(): Promise<void> {
  const answer = await fetch(`${judge}/events`);
  const events = (await answer.json()) as { id: number; message: string }[];
  for (const { message } of events) await topic.publish({ message });
  if (events.length === 0) return;
  const acknowledged = await fetch(`${judge}/events`, {
    method: 'DELETE',
    body: JSON.stringify(events.map(({ id }) => id)),
  });
  await acknowledged.body?.cancel();
}

const timer = setInterval(() => {
  if (busy) return;
  busy = true;
  deliverEvents()
    .catch(() => undefined)
    .finally(() => {
      busy = false;
    });
}, everyMs);
let busy = false;

process.once('SIGTERM', async () => {
  clearInterval(timer);
  await runtime.stop();
  process.exit(0);
});
