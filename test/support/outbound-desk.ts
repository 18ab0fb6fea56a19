import { engagementRecorder } from '../../functions/engagement-recorder/handler.ts';
import { outboundRelay } from '../../functions/outbound-relay/handler.ts';
import { failedIds, toSqsEvent } from '../../infra/local/sqs-event.ts';
import { createSesClient } from '../../shared/adapters/aws/aws-clients.ts';
import { createSesMailSender } from '../../shared/adapters/aws/ses-mail-sender.ts';
import type { LocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import { toOutboundJob } from '../../shared/contracts/outbound-job.ts';
import type { EmailRecord } from '../../shared/contracts/records.ts';
import { sweepDue } from '../../shared/outbound/sweep-due.ts';
import type { Platform, PlatformSettings } from '../../shared/ports/platform.ts';
import { createIds } from '../../shared/runtime/ids.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { type Records, recordsOf } from '../../shared/runtime/records.ts';
import { testSettings } from './platform-settings.ts';
import { type SesEndpoint, type SesPost, startSesEndpoint } from './ses-endpoint.ts';
import { createSimulatedTime, type SimulatedTime } from './simulated-time.ts';
import { openTemporaryStores } from './temporary-stores.ts';

const identity = 'notifications@example.com';
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 300_000 };

/** The outbound function over the real local stores and the real SES client, with a judge at its other end and simulated time. */
export interface OutboundDesk {
  readonly time: SimulatedTime;
  readonly stores: LocalStores;
  readonly records: Records;
  readonly platform: Platform;
  readonly ses: SesEndpoint;
  readonly logLines: string[];
  /** Records emails and queues their jobs; answers their ids. */
  submit(count: number, more?: Partial<EmailRecord>): Promise<string[]>;
  /** Runs the outbound and the engagement function until no job and no event is visible now. */
  drain(): Promise<void>;
  /** Lets time pass, and runs what is due then. */
  pass(seconds: number): Promise<void>;
  /** Queues the event that SES publishes about a POST. */
  event(post: SesPost, type?: 'Send' | 'Delivery'): Promise<void>;
  email(emailId: string): Promise<EmailRecord>;
  /** Another process over the same stores: it knows what is recorded and nothing else. */
  restart(): void;
  close(): Promise<void>;
}

export interface DeskOptions {
  /** Jobs at once; 1 where the judge looks at the time of each POST, since simulated time does not wait for what is under way. */
  readonly batchSize?: number;
  /** Real time, so generous, except where silence is what is tried. */
  readonly requestTimeoutMs?: number;
}

/** @param settings what differs from the usual ones */
export async function openOutboundDesk(
  settings: Partial<PlatformSettings> = {},
  { batchSize = 10, requestTimeoutMs = 20_000 }: DeskOptions = {},
): Promise<OutboundDesk> {
  const time = createSimulatedTime();
  const { clock } = time;
  const stores = await openTemporaryStores(clock);
  const ses = await startSesEndpoint();
  const client = createSesClient({ region: 'eu-central-1', endpoint: ses.url, credentials, requestTimeoutMs });
  const logLines: string[] = [];
  const platform = {
    files: stores.buckets.files,
    outboundQueue: stores.queues.outbound,
    engagementQueue: stores.queues.engagement,
    fallbackTopic: stores.topics.fallback,
    store: stores.store,
    sender: createSesMailSender({ client, random: () => 0.5 }),
    clock,
    ids: createIds(clock),
    log: createLogger({ service: 'test', level: 'debug', write: (line) => logLines.push(line) }),
    settings: { ...testSettings, configurationSet: 'tracked', ...settings },
    // The functions at work here use no other port.
  } as unknown as Platform;
  const records = recordsOf(platform);
  let relay = outboundRelay(platform, time.timer);
  const recorder = engagementRecorder(platform);
  let made = 0;
  const nextId = () => {
    made += 1;
    return `desk-email-${String(made).padStart(6, '0')}`;
  };
  let told = 0;

  const pump = async (name: 'outbound' | 'engagement', handler: typeof relay) => {
    const messages = await stores.queues[name].receive(batchSize, 0);
    if (messages.length === 0) return false;
    const failed = failedIds(await handler(toSqsEvent(name, messages), context), messages);
    const done = messages.filter(({ messageId }) => !failed.has(messageId));
    await Promise.all(done.map(({ receiptHandle }) => stores.queues[name].acknowledge(receiptHandle)));
    return true;
  };

  const desk: OutboundDesk = {
    ...{ time, stores, records, platform, ses, logLines },
    async submit(count, more = {}) {
      const ids = Array.from({ length: count }, nextId);
      await platform.files.put('mime/desk', Buffer.from('Subject: s\r\n\r\nbody\r\n'));
      await Promise.all(ids.map((emailId) => records.emails.create({ ...toRecord(emailId, clock.now()), ...more })));
      await stores.queues.outbound.send(ids.map(toOutboundJob));
      return ids;
    },
    async drain() {
      while ((await pump('outbound', relay)) || (await pump('engagement', recorder)));
    },
    async pass(seconds) {
      clock.advance(seconds);
      await sweepDue({ ...platform, emails: records.emails }, () => true);
      await desk.drain();
    },
    async event(post, type = 'Send') {
      told += 1;
      await stores.queues.engagement.send([toEvent(post, type, clock.now(), told)]);
    },
    async email(emailId) {
      const email = await records.emails.read(emailId);
      if (email === undefined) throw new Error(`no email ${emailId}`);
      return email;
    },
    restart() {
      relay = outboundRelay(platform, time.timer);
    },
    async close() {
      client.destroy();
      await ses.close();
      await stores.close();
    },
  };
  return desk;
}

function toRecord(emailId: string, now: Date): EmailRecord {
  const at = now.toISOString();
  return {
    ...{ emailId, groupId: 'desk', state: 'queued', mailFrom: identity, rcptTo: `${emailId}@example.org` },
    ...{ subject: 's', mimeKey: 'mime/desk', sizeBytes: 20, intact: false, attempts: 0, revision: 0 },
    ...{ possibleDuplicate: false, createdAt: at, changedAt: at },
  } as EmailRecord;
}

/** As SES publishes it; each telling has an id of its own, in an SNS envelope. */
export function toEvent(post: SesPost, type: 'Send' | 'Delivery', at: Date, number: number): string {
  const { messageId, mailFrom: source, rcptTo: destination, emailTags } = post;
  const tags = Object.fromEntries(Object.entries(emailTags).map(([name, value]) => [name, [value]]));
  const mail = { timestamp: at.toISOString(), messageId, source, destination, tags };
  const own = type === 'Send' ? { send: {} } : { delivery: { timestamp: at.toISOString(), recipients: destination } };
  return JSON.stringify({
    Type: 'Notification',
    MessageId: `event-${number}-${messageId}`,
    TopicArn: 'arn:aws:sns:eu-central-1:123456789012:ses-events',
    Timestamp: at.toISOString(),
    Message: JSON.stringify({ eventType: type, mail, ...own }),
  });
}
