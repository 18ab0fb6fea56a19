import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleApp } from '../../functions/console/handler.ts';
import { linkGateway } from '../../functions/link-gateway/handler.ts';
import { type Desk, handClock, openDesk } from '../support/local-desk.ts';
import { giveLink, tokenOf } from '../support/sample-link.ts';
import { fileMail, fillDesk } from '../support/sample-mails.ts';
import { serve } from '../support/serve.ts';
import { type Look, startChromium, type Tab } from './chromium.ts';

const shots = join(import.meta.dirname, '../../test-output/browser');
const wide: Look = { width: 1280, height: 900 };
const looks = [
  ['light', wide],
  ['dark', { ...wide, scheme: 'dark' }],
  ['phone', { width: 390, height: 844 }],
] as const satisfies readonly (readonly [string, Look])[];

let browser: Awaited<ReturnType<typeof startChromium>>;
let desk: Desk;
let server: Awaited<ReturnType<typeof serve>>;
let bestMailId: string;
let tab: Tab;
const replayed: string[] = [];

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  browser = await startChromium();
  tab = await browser.tab();
  desk = await openDesk(handClock(new Date()));
  bestMailId = (await fillDesk(desk)).bestMailId;
  desk.clock.set(new Date());
  const replay = async (mailId: string) => {
    replayed.push(mailId);
    return { mailId, outcome: 'replayed', state: 'parked' } as const;
  };
  const parts = { ...desk.consoleParts, replay };
  const app = new Hono().route('/', consoleApp(parts)).route('/', linkGateway(desk.gatewayPlatform()));
  server = await serve(app);
});
afterAll(async () => {
  await browser?.stop();
  await server?.close();
  await desk?.close();
});

const isWithinWidth = () => tab.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth');
const has = (selector: string) => `document.querySelector(${JSON.stringify(selector)}) !== null`;
const shows = (text: string) => `document.querySelector('main').innerText.includes(${JSON.stringify(text)})`;

describe('the console in a browser', () => {
  it.each(looks)('shows every section without a complaint and within its width: %s', async (name, look) => {
    const landed = (await desk.stores.mailbox.list(1))[0]?.id;
    const before = tab.complaints.length;
    for (const [place, until] of [
      ['mails', has('.row')],
      [`mails/${bestMailId}`, has('.detail .card')],
      [`mailbox/${landed}`, has('.mail-frame')],
      ['queues', has('.card')],
      ['alarms', has('.card')],
    ] as const) {
      await tab.open(`${server.url}/#/${place}`, look);
      await tab.waitFor(until);
      await tab.screenshot(
        join(shots, `console-${place.split('/')[0]}-${place.includes('/') ? 'one-' : ''}${name}.png`),
      );
      expect(await isWithinWidth()).toBe(true);
    }
    expect(tab.complaints.slice(before)).toEqual([]);
  });

  it('shows a mail that arrives without being asked, its subject as text', async () => {
    await tab.open(`${server.url}/#/mails`, wide);
    await tab.waitFor(`document.getElementById('live').dataset.state === 'live'`);

    await fileMail(desk, { subject: '<img src=x onerror=alert(1)>', from: 'new@example.com', state: 'relayed' });
    desk.tell();

    await tab.waitFor(shows('<img src=x onerror=alert(1)>'));
    expect(await tab.evaluate(`document.querySelectorAll('main img').length`)).toBe(0);
  });

  it('shows the HTML of a mail in a frame where no script runs and which the page cannot reach', async () => {
    const landed = (await desk.stores.mailbox.list(1))[0]?.id;
    await tab.open(`${server.url}/#/mailbox/${landed}`, wide);
    await tab.waitFor(has('.mail-frame'));

    const frame = await tab.evaluate(`(() => {
      const frame = document.querySelector('.mail-frame');
      return [frame.sandbox.value, frame.contentDocument === null];
    })()`);

    expect(frame).toEqual(['allow-popups allow-popups-to-escape-sandbox', true]);
    expect(await (await fetch(`${server.url}/api/mailbox/${landed}/html`)).text()).toContain('<script>');
  });

  it('is worked by keyboard alone: j opens the next mail, Escape leaves it, a digit changes the section', async () => {
    await tab.open(`${server.url}/#/mails`, wide);
    await tab.waitFor(has('.row'));

    await tab.press('j');
    await tab.waitFor(`location.hash.startsWith('#/mails/') && ${has('.detail .card')}`);
    await tab.press('Escape');
    await tab.waitFor(`location.hash === '#/mails'`);
    await tab.press('3');
    await tab.waitFor(`location.hash === '#/queues' && ${shows('outbound')}`);
  });

  it('redrives dead letters at the press of a button', async () => {
    await tab.open(`${server.url}/#/queues`, wide);
    await tab.waitFor(has('button.button'));

    await tab.evaluate(`document.querySelector('button.button').click()`);

    await tab.waitFor(`!(${has('button.button')})`);
    expect(await desk.stores.deadLetters.count('inbound')).toBe(0);
  });

  it('has a parked mail processed again at the press of a button, and offers that for no mail that has its end', async () => {
    const code = 'ERR_NO_RECIPIENTS';
    const mailId = await fileMail(desk, { subject: 'to whom?', from: 'a@example.com', state: 'parked', code });
    await tab.open(`${server.url}/#/mails/${mailId}`, wide);
    const button = `[data-key="replay-${mailId}"]`;
    await tab.waitFor(has(button));
    await tab.evaluate(`document.querySelector(${JSON.stringify(button)}).click()`);

    await tab.waitFor(shows('It is processed again.'));
    expect(replayed).toEqual([mailId]);

    await tab.open(`${server.url}/#/mails/${bestMailId}`, wide);
    await tab.waitFor(has('.detail .card'));
    expect(await tab.evaluate(has('[data-key^="replay-"]'))).toBe(false);
  });

  it('invites to a first mail while there is none', async () => {
    const emptyDesk = await openDesk();
    const empty = await serve(consoleApp(emptyDesk.consoleParts));
    for (const [name, look] of looks) {
      await tab.open(empty.url, look);
      await tab.waitFor(shows('npx lightermail send'));
      await tab.screenshot(join(shots, `console-empty-${name}.png`));
      expect(await isWithinWidth()).toBe(true);
    }
    await empty.close();
    await emptyDesk.close();
  });
});

describe('the link pages in a browser', () => {
  it.each(looks)('say in one calm page what happened to the link: %s', async (name, look) => {
    const token = tokenOf(looks.findIndex(([one]) => one === name) + 700_000);
    const linkExpiresAt = new Date(desk.clock.now().getTime() - 1000).toISOString();
    await giveLink(desk, token, Buffer.from('x'), { fileName: `${'long-name-'.repeat(20)}.pdf`, linkExpiresAt });
    for (const [page, path, title] of [
      ['404', 'unknown', 'This link leads nowhere'],
      ['410', token, 'This link has expired'],
    ] as const) {
      await tab.open(`${server.url}/f/${path}`, look);
      await tab.waitFor(shows(title));
      await tab.screenshot(join(shots, `link-${page}-${name}.png`));
      expect(await isWithinWidth()).toBe(true);
      expect(await tab.evaluate(`getComputedStyle(document.querySelector('main')).borderRadius`)).toBe('20px');
    }
  });
});
