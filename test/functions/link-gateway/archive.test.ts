import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { linkGateway } from '../../../functions/link-gateway/handler.ts';
import { linkJobs } from '../../../functions/link-jobs/handler.ts';
import { toSqsEvent } from '../../../infra/local/sqs-event.ts';
import type { LinkRecord } from '../../../shared/contracts/records.ts';
import { shortHash } from '../../../shared/mail/hash.ts';
import { openDesk } from '../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../support/sample-link.ts';
import { unzipStored } from '../../support/unzip-stored.ts';

const desk = await openDesk();
const platform = desk.gatewayPlatform();
const app = linkGateway(platform);
const runJobs = linkJobs(platform);
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 300_000 };
const contents = [randomBytes(70_000), Buffer.alloc(0), randomBytes(10)];
const names = ['plan.pdf', 'Übersicht 2026.csv', 'plan.pdf'];
let number = 9000;

/** One mail with three files for one recipient: the token of each. */
async function giveMail(changes: Partial<LinkRecord> = {}) {
  number += 10;
  const mailId = shortHash(40, 'mail', String(number));
  const tokens = contents.map((_bytes, index) => tokenOf(number + index));
  for (const [index, token] of tokens.entries()) {
    const bytes = contents[index] ?? Buffer.alloc(0);
    const own = {
      mailId,
      path: String(index + 1),
      fileName: names[index] ?? '',
      blobKey: `files/${mailId}/${index + 1}`,
    };
    await giveLink(desk, token, bytes, { ...own, confirmDownload: 'page', ...changes });
  }
  const [token = ''] = tokens;
  return { mailId, token, tokens };
}

async function work(): Promise<number> {
  const messages = await desk.stores.queues.links.receive(10, 0);
  if (messages.length === 0) return 0;
  const { batchItemFailures } = await runJobs(toSqsEvent('links', messages), context);
  expect(batchItemFailures).toEqual([]);
  for (const { receiptHandle } of messages) await desk.stores.queues.links.acknowledge(receiptHandle);
  return messages.length;
}
const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
const post = (path: string) => app.request(path, { method: 'POST', headers: browser });
const countsOf = async (mailId: string) =>
  (await desk.links.ofMail(mailId)).map(({ downloadCount = 0 }) => downloadCount);

/** Presses the button, has the archive made, presses it again; answers where it leads. */
async function archiveOf(token: string): Promise<string> {
  expect((await post(`/f/${token}/zip`)).headers.get('location')).toBe('zip');
  await work();
  return `/f/${token}/${(await post(`/f/${token}/zip`)).headers.get('location')}`;
}

afterAll(() => desk.close());

describe('all files of a mail as zip', () => {
  it('are made once by a job, whoever presses how often, and then given like a file', async () => {
    const { token, tokens, mailId } = await giveMail();

    await Promise.all([...tokens, ...tokens].map((one) => post(`/f/${one}/zip`)));
    expect((await app.request(`/f/${token}/zip`)).status).toBe(202);
    expect(await work()).toBe(1);
    const ready = await app.request(`/f/${token}/zip`);
    const given = await post(`/f/${token}/zip`);
    const path = `/f/${token}/${given.headers.get('location')}`;
    const whole = await app.request(path);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const part = await app.request(path, { headers: { range: 'bytes=100-' } });

    expect(await ready.text()).toContain('The archive is ready');
    expect(whole.headers.get('content-type')).toBe('application/zip');
    expect(whole.headers.get('content-disposition')).toContain('filename="files.zip"');
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100))).toBe(true);
    expect(await countsOf(mailId)).toEqual([1, 1, 1]);
  });

  it('come out byte for byte, each under a name of its own', async () => {
    const { token } = await giveMail();
    const bytes = Buffer.from(await (await app.request(await archiveOf(token))).arrayBuffer());

    const files = unzipStored(bytes);

    expect([...files.keys()]).toEqual(['plan.pdf', 'Übersicht 2026.csv', 'plan (2).pdf']);
    expect([...files.values()].map((file, index) => file.equals(contents[index] ?? Buffer.alloc(1)))).toEqual([
      ...[true, true, true],
    ]);
  });

  it('E5 are not given any more once one of them is withdrawn, and are packed without it', async () => {
    const { token, tokens, mailId } = await giveMail();
    const path = await archiveOf(token);
    const [, , third = ''] = tokens;
    const link = (await desk.links.ofMail(mailId)).find(({ path: one }) => one === '3');

    await desk.links.change(link?.tokenHash ?? '', { step: 'revoked', by: 'test' }, () => ({ state: 'revoked' }));

    expect((await app.request(path)).status).toBe(410);
    expect((await post(`/f/${third}/zip`)).status).toBe(410);
    expect((await app.request(await archiveOf(token))).status).toBe(200);
  });

  it('take one download of each, all or none', async () => {
    const { token, tokens, mailId } = await giveMail({ maxDownloads: 1, downloadsLeft: 1 });
    const answers = [await archiveOf(token), await post(`/f/${token}/zip`)] as const;

    expect((await app.request(answers[0])).status).toBe(200);
    expect(answers[1].status).toBe(410);
    expect((await post(`/f/${tokens[1]}`)).status).toBe(410);
    expect(await countsOf(mailId)).toEqual([1, 1, 1]);
  });

  it('are not offered for a single file, and the job says so when a file has gone', async () => {
    const single = await giveLink(desk, tokenOf(8999), Buffer.from('x'), {
      mailId: shortHash(40, 'single'),
      confirmDownload: 'page',
    });
    expect(await (await app.request(`/f/${tokenOf(8999)}`)).text()).not.toContain('zip');
    expect((await post(`/f/${tokenOf(8999)}/zip`)).status).toBe(409);
    expect(single.state).toBe('active');

    const { token, mailId } = await giveMail();
    await post(`/f/${token}/zip`);
    await desk.stores.buckets.files.delete(`files/${mailId}/2`);
    await work();
    expect((await app.request(`/f/${token}/zip`)).status).toBe(409);
  });
});
