import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleApp } from '../../functions/console/handler.ts';
import { linkGateway } from '../../functions/link-gateway/handler.ts';
import { linkJobs } from '../../functions/link-jobs/handler.ts';
import { toSqsEvent } from '../../infra/local/sqs-event.ts';
import type { LinkRecord } from '../../shared/contracts/records.ts';
import { shortHash } from '../../shared/mail/hash.ts';
import { type Desk, handClock, openDesk } from '../support/local-desk.ts';
import { giveLink, tokenOf } from '../support/sample-link.ts';
import { fillDesk } from '../support/sample-mails.ts';
import { serve } from '../support/serve.ts';
import { unzipStored } from '../support/unzip-stored.ts';
import { samplePng } from './sample-png.ts';

const shots = join(import.meta.dirname, '../../test-output/browser');
const axePath = join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js');
const looks = [
  ['light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
  ['dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true, hasTouch: true }],
] as const;
const report = randomBytes(120_000);
const flags = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const moreFlags = ['--disable-component-update', '--disable-sync'];

let browser: Browser;
let desk: Desk;
let server: Awaited<ReturnType<typeof serve>>;
let number = 50_000;

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  desk = await openDesk(handClock(new Date()));
  server = await serve(linkGateway(desk.gatewayPlatform()));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...flags, ...moreFlags] });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await desk?.close();
});

async function give(changes: Partial<LinkRecord> = {}, bytes: Uint8Array = report): Promise<string> {
  number += 1;
  const token = tokenOf(number);
  await giveLink(desk, token, bytes, {
    ...{ confirmDownload: 'page', mailId: shortHash(40, 'one', token), senderName: 'Pump 7, Building C' },
    ...{ fileName: 'pressure-report-2026.pdf', contentType: 'application/pdf' },
    ...changes,
  });
  return token;
}

/** A mail with a picture, a table and a report, all for one recipient; answers the link of the picture. */
async function giveMail(): Promise<string> {
  const mailId = shortHash(40, 'mail', String(number));
  const own = (path: string) => ({ mailId, path, blobKey: `files/${mailId}/${path}` });
  await give({ ...own('2'), fileName: 'readings.csv', contentType: 'text/csv' }, Buffer.from('a,b\n1,2\n'));
  await give(own('3'));
  const png = samplePng();
  return give({ ...own('1'), fileName: 'camera-7.png', contentType: 'image/png', sizeBytes: png.length }, png);
}

async function work(): Promise<void> {
  const messages = await desk.stores.queues.links.receive(10, 0);
  const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 300_000 };
  await linkJobs(desk.gatewayPlatform())(toSqsEvent('links', messages), context);
  for (const { receiptHandle } of messages) await desk.stores.queues.links.acknowledge(receiptHandle);
}

/** What axe-core finds wrong with a page. The page's own policy stays in force: axe comes in beside it. */
async function violations(page: Page): Promise<string[]> {
  const source = await readFile(axePath, 'utf8');
  await page.evaluate(source);
  const found = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  return (found as { violations: { id: string; nodes: unknown[] }[] }).violations.map(
    ({ id, nodes }) => `${id} ${nodes.length}`,
  );
}

const isWithinWidth = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= innerWidth');
const openContext = (look: object = {}) => browser.newContext({ ...look, acceptDownloads: true });
const past = () => new Date(desk.clock.now().getTime() - 3_600_000).toISOString();

async function bytesOfDownload(page: Page, button: RegExp): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

describe('the pages of links in a browser', () => {
  it.each(looks)('look right, fit and have no fault that axe-core finds: %s', async (name, look) => {
    const context = await openContext(look);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const long = `${'a-very-long-name-of-a-file-'.repeat(6)}.xlsx`;
    const packing = await giveMail();
    await fetch(`${server.url}/f/${packing}/zip`, { method: 'POST', redirect: 'manual' });
    const infected = await give({ sha256: '1'.repeat(64) });
    const { createLinkVerdicts } = await import('../../shared/records/link-verdicts.ts');
    await createLinkVerdicts(desk.gatewayPlatform()).set('1'.repeat(64), 'infected', 'test');
    const pages: readonly (readonly [string, string])[] = [
      ['file', await give({ maxDownloads: 3, downloadsLeft: 2 })],
      ['mail', await giveMail()],
      ['long-name', await give({ fileName: long, senderName: `${'x'.repeat(70)}@example.com` })],
      ['expired', await give({ linkExpiresAt: past() })],
      ['revoked', await give({ state: 'revoked' })],
      ['kept-no-longer', await give({ keptUntil: past() })],
      ['spent', await give({ maxDownloads: 1, downloadsLeft: 0 })],
      ['scanning', await give({ unscannable: 'withhold', sha256: '2'.repeat(64) })],
      ['infected', infected],
      ['packing', `${packing}/zip`],
      ['unknown', 'nothing'],
    ];
    for (const [what, path] of pages) {
      await page.goto(`${server.url}/f/${path}`);
      await page.screenshot({ path: join(shots, `link-${what}-${name}.png`), fullPage: true });
      expect([what, await violations(page)]).toEqual([what, []]);
      expect([what, await isWithinWidth(page)]).toEqual([what, true]);
    }
    // Chromium reports each answer that is not a success; nothing else may stand there.
    expect(complaints.filter((text) => !/status of (?:404|410|403|202)/.test(text))).toEqual([]);
    await work();
    await context.close();
  });

  it('give the very bytes under their name at the press of the button, and stay', async () => {
    const context = await openContext();
    const page = await context.newPage();
    const token = await give();
    await page.goto(`${server.url}/f/${token}`);

    const { name, bytes } = await bytesOfDownload(page, /^Download/);

    expect(name).toBe('pressure-report-2026.pdf');
    expect(bytes.equals(report)).toBe(true);
    expect(page.url()).toBe(`${server.url}/f/${token}`);
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });

  it('pack all files of a mail and give the archive, without a script too', async () => {
    const context = await openContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${server.url}/f/${await giveMail()}`);
    await page.getByRole('button', { name: /as zip/ }).click();
    await page.getByText('The files are being packed').waitFor();
    await page.screenshot({ path: join(shots, 'link-packing-no-script.png') });
    await work();
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('The archive is ready').waitFor();
    await page.screenshot({ path: join(shots, 'link-packed.png') });

    const { name, bytes } = await bytesOfDownload(page, /Download zip/);

    expect(name).toBe('files.zip');
    const files = unzipStored(bytes);
    expect([...files.keys()]).toEqual(['camera-7.png', 'readings.csv', 'pressure-report-2026.pdf']);
    expect(files.get('pressure-report-2026.pdf')?.equals(report)).toBe(true);
    await context.close();
  });

  it('tell times in the zone of the reader, and in UTC without a script', async () => {
    const token = await give({ linkExpiresAt: '2030-07-01T12:00:00.000Z' });
    const shown = async (context: BrowserContext) => {
      const page = await context.newPage();
      await page.goto(`${server.url}/f/${token}`);
      const text = await page.locator('time').innerText();
      await context.close();
      return text;
    };

    expect(await shown(await openContext({ timezoneId: 'Asia/Tokyo' }))).toMatch(/July 1, 2030 at 9:00.PM GMT\+9/);
    expect(await shown(await openContext({ javaScriptEnabled: false }))).toBe('1 July 2030 at 12:00 UTC');
  });

  it('are worked by keyboard alone: Tab reaches the button in sight, Enter gives the file', async () => {
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(`${server.url}/f/${await give()}`);
    await page.keyboard.press('Tab');

    expect(await page.evaluate('document.activeElement.tagName')).toBe('BUTTON');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.screenshot({ path: join(shots, 'link-keyboard.png') });
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const sha256 = createHash('sha256')
      .update(await readFile(await download.path()))
      .digest('hex');
    expect(sha256).toBe(createHash('sha256').update(report).digest('hex'));
    await context.close();
  });

  it('let whoever comes too late ask for a new link', async () => {
    const context = await openContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const before = (await desk.stores.readNotices('fallback', 100)).length;
    await page.goto(`${server.url}/f/${await give({ linkExpiresAt: past() })}`);
    await page.getByRole('button', { name: 'Ask for a new link' }).click();
    await page.getByText('Your request is on its way').waitFor();

    await page.screenshot({ path: join(shots, 'link-asked-phone.png') });
    expect(await violations(page)).toEqual([]);
    expect(await desk.stores.readNotices('fallback', 100)).toHaveLength(before + 1);
    await context.close();
  });

  it('E7 run nothing of what a mail brings: names and senders are text', async () => {
    const context = await openContext();
    const page = await context.newPage();
    const evil = '<img src=x onerror=document.title="evil"><script>document.title="evil"</script>';
    await page.goto(`${server.url}/f/${await give({ fileName: `${evil}.pdf`, senderName: evil })}`);

    expect(await page.title()).not.toBe('evil');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.getByText('onerror=document.title').count()).toBeGreaterThan(0);
    await context.close();
  });
});

describe('links in the console', () => {
  it('show who has fetched what, and are withdrawn and renewed at the press of a button', async () => {
    const consoleDesk = await openDesk(handClock(new Date()));
    const { bestMailId } = await fillDesk(consoleDesk);
    consoleDesk.clock.set(new Date());
    const site = await serve(consoleApp(consoleDesk.consoleParts));
    const context = await openContext({ viewport: { width: 1280, height: 1800 } });
    const page = await context.newPage();
    await page.goto(`${site.url}/#/mails/${bestMailId}`);
    const withdraw = page.getByRole('button', { name: /^Withdraw site-plan.pdf from/ });
    await withdraw.first().waitFor();
    const before = await withdraw.count();

    await withdraw.first().click();
    await page.getByText('1 link: withdrawn at once').first().waitFor();
    await page.getByRole('button', { name: /^Renew site-plan.pdf for/ }).waitFor();

    expect(await withdraw.count()).toBe(before - 1);
    const revoked = (await consoleDesk.links.ofMail(bestMailId)).filter(({ state }) => state === 'revoked');
    expect(revoked).toHaveLength(1);
    expect(await consoleDesk.links.history(revoked[0]?.tokenHash ?? '')).toMatchObject([{ by: 'console' }]);
    await page.getByRole('button', { name: 'Withdraw all' }).click();
    await page.screenshot({ path: join(shots, 'console-links.png'), fullPage: true });
    expect(await violations(page)).toEqual([]);
    await context.close();
    await site.close();
    await consoleDesk.close();
  });
});
