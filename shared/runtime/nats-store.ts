import { createDynamoClient } from '../adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../adapters/aws/dynamo-record-store.ts';
import type { OpenNatsConnection } from '../adapters/nats/nats-connection.ts';
import { natsEmailEvents } from '../adapters/nats/nats-email-events.ts';
import { hasPeerBuckets } from '../adapters/nats/nats-peer-buckets.ts';
import { openNatsRecordStore } from '../adapters/nats/nats-record-store.ts';
import type { EmailEventSink } from '../ports/email-event-sink.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { systemClock } from './ids.ts';
import type { NatsRelayConfig } from './nats-config.ts';

/** A record store, and what it needs done every few seconds, if anything. */
export type RelayStore = RecordStore & { settle?(): Promise<unknown> };

/**
 * The store of `RECORD_STORE`, or `undefined` where it is NATS and has no JetStream or not the peer's buckets; where it
 * has those, the further ones of ours are made if they are not there.
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE` when JetStream is there and does not answer
 */
export async function openRelayStore(
  { recordStore, tableName }: NatsRelayConfig,
  connection: OpenNatsConnection['connection'],
): Promise<RelayStore | undefined> {
  if (recordStore === 'dynamodb' && tableName !== undefined) {
    return createDynamoRecordStore({ client: createDynamoClient(), tableName, clock: systemClock });
  }
  if (!(await hasPeerBuckets(connection))) return undefined;
  return openNatsRecordStore({ connection, clock: systemClock, mayCreateBuckets: true });
}

/** Where changes of emails are told: on NATS, below the prefix of the subjects. */
export function openEmailEvents(
  { subjectPrefix }: NatsRelayConfig,
  connection: OpenNatsConnection['connection'],
): EmailEventSink {
  return natsEmailEvents({ connection, prefix: subjectPrefix });
}
