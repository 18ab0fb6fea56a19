import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { MailError, TransientMailError } from '../../errors/mail-error.ts';

/** Whether the server refused a write because the key had been written since it was read. */
export function isLostRace(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  const { StreamWrongLastSequence, StreamWrongLastSequenceUnknown } = JetStreamApiCodes;
  return error.code === StreamWrongLastSequence || error.code === StreamWrongLastSequenceUnknown;
}

/** Runs a call of JetStream; whatever it throws comes out as `TransientMailError` `ERR_STORE_UNAVAILABLE`. */
export async function answered<Answer>(operation: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof MailError || error instanceof RangeError || error instanceof TypeError) throw error;
    const name = error instanceof Error ? error.name : 'unknown';
    throw new TransientMailError('ERR_STORE_UNAVAILABLE', `nats ${operation} failed: ${name}`, { cause: error });
  }
}
