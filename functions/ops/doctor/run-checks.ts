import { MailError } from '../../../shared/errors/mail-error.ts';
import type { Timer } from '../../../shared/ports/timer.ts';
import { type Check, type Finding, findingsOf } from './finding.ts';

/** The findings of one check, under its heading. */
export interface CheckResult {
  readonly group: string;
  readonly findings: readonly Finding[];
}

/** Five tries of an API that allows one call a second fit into it, and a person's patience. Unit: milliseconds. */
export const checkLimitMs = 30_000;

/**
 * Runs all checks at once, each within its time; results come in the order of the checks. One that fails, or takes too
 * long, has found nothing out: that is a finding too.
 */
export function runChecks(checks: readonly Check[], timer: Timer, limitMs = checkLimitMs): Promise<CheckResult[]> {
  return Promise.all(
    checks.map(async (check) => ({ group: check.group, findings: await runCheck(check, timer, limitMs) })),
  );
}

async function runCheck(check: Check, timer: Timer, limitMs: number): Promise<readonly Finding[]> {
  const over = new AbortController();
  try {
    return await Promise.race([
      check.run(),
      timer.wait(limitMs, over.signal).then(() => [tooLong(check.name, limitMs)]),
    ]);
  } catch (error) {
    return [toFinding(check.name, error)];
  } finally {
    over.abort();
  }
}

function tooLong(name: string, limitMs: number): Finding {
  const finding = `no answer within ${limitMs / 1000} s`;
  return findingsOf(name).unknown(name, finding, 'look at the network, then run doctor again');
}

/** What could not be asked, as a finding: which permission is lacking, or what was answered. */
export function toFinding(name: string, error: unknown): Finding {
  const say = findingsOf(name);
  if (!(error instanceof MailError)) {
    const told = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return say.unknown(name, `could not be found out: ${told}`, 'run doctor again; report it when it stays');
  }
  const { permission } = error.details;
  if (permission !== undefined) {
    return say.unknown(name, `not allowed to ask: ${permission} is lacking`, `allow ${permission} to who runs doctor`);
  }
  if (error.code === 'ERR_CREDENTIALS') {
    return say.unknown(name, error.message, 'renew the credentials that doctor runs with');
  }
  return say.unknown(name, `could not be found out: ${error.message}`, 'mend that, then run doctor again');
}
