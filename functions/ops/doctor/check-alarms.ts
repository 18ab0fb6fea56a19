import type { AlarmFacts } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('alarms');

/**
 * Which alarms of this installation ring: those over its queues, and those whose names begin as its stack's do.
 * @param queueNames of all its queues, dead letters included
 */
export async function checkAlarms(
  alarms: AlarmFacts,
  queueNames: ReadonlySet<string>,
  stackName?: string,
): Promise<readonly Finding[]> {
  const ringing = (await alarms.ringing()).filter(
    ({ name, queueName }) =>
      (queueName !== undefined && queueNames.has(queueName)) ||
      (stackName !== undefined && name.startsWith(`${stackName}-`)),
  );
  if (ringing.length === 0) return [say.ok('alarms', 'none rings')];
  return ringing.map(({ name, description }) =>
    say.warning(name, `rings: ${description || 'no description'}`, 'look at what it measures'),
  );
}
