import type { Mailbox } from '../../shared/adapters/local/mailbox.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import type { Topic } from '../../shared/ports/topic.ts';
import { toSesEvents } from './ses-event.ts';

export interface EventSimulatorParts {
  readonly mailbox: Pick<Mailbox, 'onDelivered'>;
  /** The topic that SES publishes its events to. */
  readonly topic: Topic;
  readonly clock: Clock;
}

/**
 * Publishes, for every mail that lands in the mailbox, the events that SES would publish. A send whose events cannot
 * be published fails and is tried again. Gives what stops it.
 */
export function startEventSimulator({ mailbox, topic, clock }: EventSimulatorParts): () => void {
  return mailbox.onDelivered(async (delivered) => {
    for (const message of toSesEvents({ ...delivered, at: clock.now() })) await topic.publish({ message });
  });
}
