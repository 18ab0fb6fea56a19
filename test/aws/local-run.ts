import { dueSweeper } from '../../functions/due-sweeper/handler.ts';
import { createSesClient } from '../../shared/adapters/aws/aws-clients.ts';
import { createSesMailSender } from '../../shared/adapters/aws/ses-mail-sender.ts';
import { openPipeline } from '../support/pipeline.ts';
import { testSettings } from '../support/platform-settings.ts';
import { endOf, type MailEnd } from './ledger-of.ts';
import { type ArrivingMail, routes } from './mails.ts';
import { startSesFront } from './ses-front.ts';

const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 55_000 };
const rounds = 20;

/** The ends that the same mails have on one machine: the reference. By the mail's name. */
export async function runLocally(mails: readonly ArrivingMail[]): Promise<ReadonlyMap<string, MailEnd | undefined>> {
  const front = await startSesFront({});
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = createSesClient({ endpoint: front.url, region: 'eu-west-1', credentials });
  const pipeline = await openPipeline(
    routes.map((route) => ({ requireAuth: 'aligned', ...route })),
    { sender: createSesMailSender({ client }), settings: { ...testSettings, sesRegion: 'eu-west-1' } },
  );
  try {
    front.onEvent((event) => pipeline.stores.queues.engagement.send([event]));
    const keys = new Map<string, string>();
    for (const { name, raw, routeId, eventCount } of mails) {
      const key = await pipeline.store(raw, { routeId });
      for (let count = 0; count < eventCount; count += 1) await pipeline.announce(key);
      keys.set(name, key);
    }
    const sweep = dueSweeper(pipeline.platform);
    for (let round = 0; round < rounds; round += 1) {
      await pipeline.drain();
      pipeline.clock.advance(60);
      await sweep({}, context);
    }
    const ends = new Map<string, MailEnd | undefined>();
    for (const [name, key] of keys) ends.set(name, await endOf(pipeline.platform, key));
    return ends;
  } finally {
    client.destroy();
    await pipeline.close();
    await front.close();
  }
}
