import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken } from '../../shared/mail/link-token.ts';
import type { MalwareScanner } from '../../shared/ports/malware-scanner.ts';
import { linkRecordsOf } from '../../shared/records/link-records.ts';
import { mailWithFiles, openGatewayMail } from '../support/gateway-mail.ts';

const log = randomBytes(50_000);
const plan = randomBytes(1000);
const to = ['ann@example.com', 'ben@example.com'];
const idOf = (path: string) => hashToken(path.slice('/f/'.length));
const doer = { by: 'olga', reason: 'wrong customer' };

let world: Awaited<ReturnType<typeof openGatewayMail>>;
let mailId: string;
let ann: readonly string[];
let ben: readonly string[];

beforeAll(async () => {
  world = await openGatewayMail({ subjectPrefix: '' });
  mailId = await world.deliver(mailWithFiles(to, { 'log.csv': log, 'plan.bin': plan }));
  const links = await world.linksOf();
  ann = links.get('ann@example.com') ?? [];
  ben = links.get('ben@example.com') ?? [];
});
afterAll(() => world.pipeline.close());

const statusOf = async (path: string) => (await world.get(path)).status;
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('links of a mail', () => {
  it('give each recipient the very bytes by links of their own, with the sender on the page', async () => {
    expect([...ann, ...ben]).toHaveLength(4);
    expect(new Set([...ann, ...ben]).size).toBe(4);
    expect((await bytesOf(await world.download(ann[0] ?? ''))).equals(log)).toBe(true);
    expect(await (await world.get(ann[0] ?? '')).text()).toContain('Pump 7 sent you a file');
  });

  it('are audited for each recipient: sent, page seen, fetched, not yet fetched', async () => {
    const [first, second] = await world.desk.audit(mailId);

    expect(first).toMatchObject({ recipient: 'ann@example.com', emailState: 'sent', notYetFetched: ['plan.bin'] });
    expect(first?.pageSeenAt).toBeDefined();
    expect(first?.files[0]?.fetches).toEqual([{ at: expect.any(String), by: 'human' }]);
    expect(second).toMatchObject({ recipient: 'ben@example.com', notYetFetched: ['log.csv', 'plan.bin'] });
  });

  it('E5 E13 close at once when they are withdrawn: one, one file for everyone, a recipient, a mail', async () => {
    const one = await world.desk.revoke({ linkId: idOf(ann[1] ?? '') }, doer);
    expect(one).toMatchObject({ changedCount: 1, takesEffect: 'withdrawn at once' });
    expect([await statusOf(ann[1] ?? ''), await statusOf(ben[1] ?? '')]).toEqual([410, 200]);

    await world.desk.revoke({ linkId: idOf(ann[1] ?? ''), everyone: true }, doer);
    expect([await statusOf(ben[1] ?? ''), await statusOf(ben[0] ?? '')]).toEqual([410, 200]);

    await world.desk.revoke({ recipient: 'Ben@example.com' }, doer);
    expect([await statusOf(ben[0] ?? ''), await statusOf(ann[0] ?? '')]).toEqual([410, 200]);

    const rest = await world.desk.revoke({ mailId }, doer);
    expect([rest.changedCount, rest.links.length]).toEqual([1, 4]);
    expect(await statusOf(ann[0] ?? '')).toBe(410);
    expect((await world.desk.show(idOf(ann[1] ?? '')))?.history).toMatchObject([{ step: 'revoked', ...doer }]);
  });

  it('open again under their own URLs when they are renewed, until their file goes and not longer', async () => {
    const answer = await world.desk.renew({ mailId, recipient: 'ann@example.com' }, doer, 3600);
    expect(answer.changedCount).toBe(2);
    expect([await statusOf(ann[0] ?? ''), await statusOf(ben[0] ?? '')]).toEqual([200, 410]);

    const long = await world.desk.renew({ linkId: idOf(ann[0] ?? '') }, doer, 365 * 86_400);
    expect(long.links[0]?.linkExpiresAt).toBe(long.links[0]?.keptUntil);
    expect(long.notes).toHaveLength(1);
  });

  it('stay as they are through a second run of the mail', async () => {
    await world.desk.revoke({ linkId: idOf(ann[1] ?? '') }, doer);
    const [entry] = await world.pipeline.records.ledger.list({ limit: 1 });
    await world.pipeline.announce(entry?.rawKey ?? '');
    await world.pipeline.drain();

    const again = await world.linksOf();
    expect([again.get('ann@example.com'), again.get('ben@example.com')]).toEqual([ann, ben]);
    expect(await statusOf(ann[1] ?? '')).toBe(410);
  });

  it('give the new bytes to all when the file is replaced, which tells who has the old ones', async () => {
    await world.desk.renew({ mailId }, doer);
    const corrected = randomBytes(300);

    const answer = await world.desk.replace(idOf(ben[0] ?? ''), { content: Readable.from([corrected]) }, doer);

    expect(answer?.haveOld.map(({ recipient }) => recipient)).toEqual(['ann@example.com']);
    expect(answer).toMatchObject({ changedCount: 2, sizeBytes: 300 });
    for (const path of [ann[0], ben[0]]) {
      expect((await bytesOf(await world.download(path ?? ''))).equals(corrected)).toBe(true);
    }
    expect(await world.pipeline.platform.files.head(`files/${mailId}/${answer?.links[0]?.path}`)).toBeUndefined();
  });

  it('D12 say that the file is no longer kept when its storage time is over, and are not renewed', async () => {
    world.pipeline.clock.advance(14 * 86_400 + 1);

    const page = await world.get(ann[0] ?? '');
    expect(page.status).toBe(410);
    expect(await page.text()).toContain('no longer kept');
    expect(await world.desk.renew({ mailId }, doer)).toMatchObject({ changedCount: 0, notes: [expect.any(String)] });
  });
});

describe('verdicts', () => {
  const scanning = (verdicts: Record<string, 'clean' | 'infected' | 'unscannable'>): MalwareScanner => ({
    name: 'test',
    async scan(content) {
      const chunks: Buffer[] = [];
      for await (const chunk of content) chunks.push(chunk);
      return verdicts[Buffer.concat(chunks).toString().slice(0, 5)] ?? 'clean';
    },
  });
  const files = {
    'a.txt': Buffer.from('clean file'),
    'b.txt': Buffer.from('virus file'),
    'c.zip': Buffer.from('locked zip'),
  };

  it('are there before anyone asks: clean is given, infected and what cannot be scanned are not', async () => {
    const scanner = scanning({ virus: 'infected', locke: 'unscannable' });
    const scanned = await openGatewayMail({ scan: { verdict: 'required' } }, { scanner });
    await scanned.deliver(mailWithFiles(['ann@example.com'], files));
    const paths = (await scanned.linksOf()).get('ann@example.com') ?? [];

    expect(await Promise.all(paths.map(async (path) => (await scanned.download(path)).status))).toEqual([
      200, 403, 403,
    ]);
    await scanned.pipeline.close();
  });

  it('that are missing keep a file back and say so, and one that comes later closes every link to the bytes', async () => {
    const waiting = await openGatewayMail({ scan: { verdict: 'required', unscannable: 'give' } });
    await waiting.deliver(mailWithFiles(to, { 'a.txt': files['a.txt'] }));
    const links = await waiting.linksOf();
    const [path = '', other = ''] = [...links.values()].flat();
    const { verdicts } = linkRecordsOf(waiting.pipeline.platform);
    const { sha256 = '' } = (await waiting.desk.show(idOf(path)))?.link ?? {};

    const checking = await waiting.get(path);
    expect(checking.status).toBe(202);
    expect(await checking.text()).toContain('being checked');
    expect((await waiting.download(path)).status).toBe(202);
    await verdicts.set(sha256, 'unscannable', 'test');
    const pressed = await waiting.app.request(path, { method: 'POST' });
    expect(pressed.status).toBe(303);
    await verdicts.set(sha256, 'infected', 'test');
    expect((await waiting.get(`/f/${pressed.headers.get('location')}`)).status).toBe(403);
    expect([await waiting.get(path), await waiting.get(other)].map(({ status }) => status)).toEqual([403, 403]);
    await verdicts.set(sha256, 'clean', 'test');
    expect((await waiting.get(path)).status).toBe(403);
    await waiting.pipeline.close();
  });

  it('of GuardDuty are taken in from its event, for the object that it names', async () => {
    const waiting = await openGatewayMail({ scan: { verdict: 'required' } });
    const id = await waiting.deliver(mailWithFiles(['ann@example.com'], { 'a.txt': files['a.txt'] }));
    const [path = ''] = [...(await waiting.linksOf()).values()].flat();
    const { path: part = '' } = (await waiting.desk.show(idOf(path)))?.link ?? {};
    const objectKey = `files/${id}/${part}`;
    const { etag: eTag } = (await waiting.pipeline.platform.files.head(objectKey)) ?? {};
    const event = (status: string, bucketName: string) => {
      const sample = JSON.parse(readFileSync('events/guardduty/threats-found.json', 'utf8'));
      Object.assign(sample.detail.s3ObjectDetails, { bucketName, objectKey, eTag });
      sample.detail.scanResultDetails = { scanResultStatus: status, threats: null };
      return JSON.stringify(sample);
    };

    await waiting.pipeline.stores.queues.links.send([event('NO_THREATS_FOUND', 'elsewhere')]);
    await waiting.pipeline.drain();
    expect((await waiting.get(path)).status).toBe(202);
    await waiting.pipeline.stores.queues.links.send([event('NO_THREATS_FOUND', 'files')]);
    await waiting.pipeline.drain();
    expect((await waiting.download(path)).status).toBe(200);
    await waiting.pipeline.stores.queues.links.send([event('THREATS_FOUND', 'files')]);
    await waiting.pipeline.drain();
    expect((await waiting.get(path)).status).toBe(403);
    await waiting.pipeline.close();
  });
});

describe('links: presigned', () => {
  it('are the store’s own URLs with their true end, closed for everyone by deleting the object', async () => {
    const signed = await openGatewayMail({ links: 'presigned' });
    const id = await signed.deliver(mailWithFiles(to, { 'log.csv': log }));
    const { mime = '' } = (await signed.pipeline.sent())[0] ?? {};

    expect(mime.replace(/=\r\n/g, '')).toContain('/s/files/');
    const answer = await signed.desk.revoke({ mailId: id, recipient: 'ann@example.com' }, doer);
    expect(answer).toMatchObject({ changedCount: 2, notes: [expect.stringContaining('all recipients')] });
    expect(await signed.pipeline.platform.files.head(`files/${id}/${answer.links[0]?.path}`)).toBeUndefined();
    expect(await signed.desk.renew({ mailId: id }, doer)).toMatchObject({ changedCount: 0 });
    await signed.pipeline.close();
  });
});
