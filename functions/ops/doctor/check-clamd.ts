import { pingClamd } from '../../../shared/adapters/clamd/ping-clamd.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('clamd');

/** Whether the scanner answers: without it no file of a route with `scan` is given. */
export async function checkClamd(address: string): Promise<readonly Finding[]> {
  const subject = `clamd ${address}`;
  try {
    await pingClamd(address);
    return [say.ok(subject, 'answers PONG')];
  } catch (error) {
    return [say.error(subject, (error as Error).message, 'start clamd, or correct LIGHTERMAIL_CLAMD')];
  }
}
