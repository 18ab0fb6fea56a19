import { finalMailStates } from '../../shared/contracts/records.ts';
import { toMailId } from '../../shared/mail/ids.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

/** What became of one mail, in words that are the same wherever it was processed. */
export interface MailEnd {
  readonly state: string;
  readonly code?: string;
  readonly parts: readonly string[];
  readonly emails: readonly string[];
}

const emailEnds: ReadonlySet<string> = new Set([
  'delivered',
  'bounced',
  'complained',
  'failed',
  'suppressed',
  'canceled',
]);

/** The ledger's entry of the mail under a key, with its emails; `undefined` while it is under way. */
export async function endOf(platform: Platform, key: string): Promise<MailEnd | undefined> {
  const { ledger, emails } = recordsOf(platform);
  const info = await platform.raw.head(key);
  const mailId = toMailId(platform.raw.bucket, key, info?.etag ?? '');
  const entry = await ledger.read(mailId);
  if (entry === undefined || !finalMailStates.includes(entry.state)) return undefined;
  const group = await emails.ofGroup(mailId);
  if (!group.every(({ state }) => emailEnds.has(state))) return undefined;
  const parts = await ledger.parts(mailId);
  return {
    state: entry.state,
    ...(entry.code === undefined ? {} : { code: entry.code }),
    parts: parts.map(({ path, fileName, fate, sizeBytes }) => `${path} ${fileName} ${fate} ${sizeBytes}`).sort(),
    emails: group.map(({ rcptTo, state, code }) => [rcptTo, state, ...(code ? [code] : [])].join(' ')).sort(),
  };
}
