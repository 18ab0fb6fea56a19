import type { Clock } from '../../../shared/ports/platform.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('clock');
/** AWS refuses signatures that are five minutes off. */
const refusedSeconds = 300;
const noticedSeconds = 30;

/** This machine's time against a server's: signatures and expiries depend on it. @param askDate a server's Date header */
export async function checkClock(clock: Clock, askDate: () => Promise<Date>): Promise<readonly Finding[]> {
  const before = clock.now().getTime();
  const theirs = (await askDate()).getTime();
  const after = clock.now().getTime();
  // The header is of whole seconds, and of some moment between question and answer.
  const skewSeconds = Math.round(Math.max(before - theirs - 1000, theirs - after, 0) / 1000);
  const finding = `${skewSeconds} s off`;
  if (skewSeconds >= refusedSeconds)
    return [say.error('this machine', `its clock is ${finding}: AWS refuses its signatures`, 'set the clock, by NTP')];
  if (skewSeconds >= noticedSeconds)
    return [say.warning('this machine', `its clock is ${finding}`, 'set the clock, by NTP')];
  return [say.ok('this machine', 'its clock is right')];
}

const timeoutMs = 5_000;

/** The Date header of a web server. */
export async function askServerDate(url: string): Promise<Date> {
  const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  const date = new Date(response.headers.get('date') ?? '');
  if (Number.isNaN(date.getTime())) throw new Error('the server told no date');
  return date;
}
