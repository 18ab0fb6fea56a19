import type { Running } from '../running.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('runtime');
const timeoutMs = 5_000;

/** Whether the runtime that wrote its endpoints answers there, and lets these settings in. */
export async function checkRuntime({ endpoints, get }: Running): Promise<readonly Finding[]> {
  const { http, pid } = endpoints;
  const response = await fetch(new URL('/healthz', http), { signal: AbortSignal.timeout(timeoutMs) }).catch(
    () => undefined,
  );
  if (response === undefined) {
    return [say.error(http, `process ${pid} does not answer there`, 'look at its log, and start it again')];
  }
  if (!response.ok) return [say.error(http, `/healthz answers ${response.status}`, 'look at its log')];
  const isIn = await get('/api/about').then(
    () => true,
    () => false,
  );
  if (!isIn)
    return [
      say.error(http, 'the console does not let doctor in', 'set LIGHTERMAIL_CONSOLE_TOKEN as the runtime has it'),
    ];
  return [say.ok(http, `up and well, process ${pid}`)];
}
