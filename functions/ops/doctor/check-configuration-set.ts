import type { SendingFacts } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('configuration-sets');
/** Without these an email's end is never known. */
const needed = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT'];

/** Whether a configuration set may send, and tells of what becomes of its mail. */
export async function checkConfigurationSet(sending: SendingFacts, name: string): Promise<readonly Finding[]> {
  const facts = await sending.configurationSet(name);
  if (facts === undefined)
    return [say.error(name, 'there is no such configuration set: every send is refused', 'deploy again')];
  if (!facts.isSendingEnabled)
    return [say.error(name, 'its sending is paused', 'find out why, then enable its sending')];
  const told = facts.destinations.filter(({ isEnabled, topicArn }) => isEnabled && topicArn !== undefined);
  const types = new Set(told.flatMap(({ eventTypes }) => eventTypes));
  const missing = needed.filter((type) => !types.has(type));
  if (missing.length > 0) return [say.error(name, `does not tell of ${missing.join(', ')}`, 'deploy again')];
  return [say.ok(name, 'may send, and tells what becomes of its mail')];
}
