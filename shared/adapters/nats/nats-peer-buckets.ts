import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { TransientMailError } from '../../errors/mail-error.ts';

/** The two buckets that the peer works with too; whoever installs it makes them. */
const peerBuckets = ['email-recipients', 'email-group-index'] as const;

/** The server's own answers that JetStream is off for the account, and that there is no such stream. */
const absentCodes: readonly number[] = [10_039, 10_059];

/**
 * Whether the server has JetStream and both buckets.
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE` when JetStream is there and does not answer
 */
export async function hasPeerBuckets(connection: NatsConnection): Promise<boolean> {
  try {
    const manager = await jetstreamManager(connection);
    for (const bucket of peerBuckets) await manager.streams.info(`KV_${bucket}`);
    return true;
  } catch (error) {
    // The library does not hand out the class of the first: nobody answers for JetStream at all.
    if (error instanceof Error && error.name === 'JetStreamNotEnabled') return false;
    if (error instanceof JetStreamApiError && absentCodes.includes(error.code)) return false;
    throw new TransientMailError('ERR_STORE_UNAVAILABLE', 'jetstream does not answer', { cause: error });
  }
}
