import { randomUUID } from 'node:crypto';
import { writeRelayMessage } from '../../shared/adapters/mail/relay-message.ts';
import { createOutboundPorts } from '../../shared/outbound/outbound-ports.ts';
import { relayInline } from '../../shared/outbound/relay-inline.ts';
import type { EmailEventSink } from '../../shared/ports/email-event-sink.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { MailSender } from '../../shared/ports/mail-sender.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { deliverTracked } from '../../shared/relay/deliver-tracked.ts';
import { deliverUntracked } from '../../shared/relay/deliver-untracked.ts';
import { createInFlightMessages } from '../../shared/relay/in-flight-messages.ts';
import type { DeliverRelayMail, SendEmailPorts } from '../../shared/relay/send-email.ts';
import { createIds, systemClock } from '../../shared/runtime/ids.ts';
import { logTopic } from '../../shared/runtime/log-topic.ts';
import type { NatsRelayConfig } from '../../shared/runtime/nats-config.ts';
import { toRelayPlatformSettings } from '../../shared/runtime/nats-settings.ts';
import { type Records, recordsOf } from '../../shared/runtime/records.ts';
import { systemTimer } from '../../shared/runtime/system-timer.ts';

const clock = systemClock;
const ids = createIds(clock);

/** What the relay stands on. */
export interface RelayParts {
  readonly config: NatsRelayConfig;
  readonly sender: MailSender;
  readonly log: Logger;
  /** Absent where nothing is tracked. */
  readonly store?: RecordStore;
  readonly emailEvents: EmailEventSink;
}

/** The repositories over the relay's store. */
export const relayRecords = (store: RecordStore, { log, emailEvents }: RelayParts): Records =>
  recordsOf({ store, clock, ids, log, emailEvents });

/** The ports of `sendEmail`: each mail is recorded and attempted where there is a store, else only attempted. */
export function toSendPorts(parts: RelayParts, records: Records | undefined): SendEmailPorts {
  const { config, log } = parts;
  return {
    settings: config,
    write: writeRelayMessage,
    deliver:
      records === undefined || parts.store === undefined ? untracked(parts) : tracked(parts, parts.store, records),
    newUuid: randomUUID,
    clock,
    log,
  };
}

function untracked({ config, sender, log }: RelayParts): DeliverRelayMail {
  const { configurationSet } = config;
  return deliverUntracked({ sender, log, ...(configurationSet === undefined ? {} : { configurationSet }) });
}

function tracked({ config, sender, log }: RelayParts, store: RecordStore, records: Records): DeliverRelayMail {
  const messages = createInFlightMessages();
  const fallbackTopic = logTopic('fallback', log);
  const settings = toRelayPlatformSettings(config);
  const platform = { files: messages, sender, fallbackTopic, store, clock, ids, log, settings };
  const ports = createOutboundPorts(platform, records, systemTimer);
  const relay = async (emailId: string, deadline: Date) => {
    const end = await relayInline(ports, emailId, { deadline });
    return end.outcome === 'sent' || end.outcome === 'suppressed';
  };
  return deliverTracked({ emails: records.emails, messages, relay, clock });
}
