import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardedConsole } from '../../functions/console/guarded-console.ts';
import { consoleApp } from '../../functions/console/handler.ts';
import type { ConsoleParts } from '../../functions/console/parts.ts';
import { type Desk, handClock, openDesk } from '../support/local-desk.ts';
import { fillDesk } from '../support/sample-mails.ts';
import { serve } from '../support/serve.ts';
import { startChromium, type Tab } from './chromium.ts';

const shots = join(import.meta.dirname, '../../test-output/browser');
const token = 'token-of-the-console-0123456789abcdefghij';

let browser: Awaited<ReturnType<typeof startChromium>>;
let desk: Desk;
let server: Awaited<ReturnType<typeof serve>>;
let tab: Tab;
let url: string;

/** What there is on AWS: no stream, no alarms, no mailbox, dead letters that are only counted, lists of a few days. */
function partsOfAws(): ConsoleParts {
  const { ledger, emails, links, linkDesk, queues, deadLetters, clock, log } = desk.consoleParts;
  const known = { ledger, emails, links, queues, clock, log, ...(linkDesk === undefined ? {} : { linkDesk }) };
  return { ...known, mostQueries: 112, deadLetters: { count: (queue) => deadLetters.count(queue) } };
}

beforeAll(async () => {
  await mkdir(shots, { recursive: true });
  browser = await startChromium();
  tab = await browser.tab();
  desk = await openDesk(handClock(new Date()));
  await fillDesk(desk);
  desk.clock.set(new Date());
  const app = new Hono();
  server = await serve(app);
  // Browsers take a Secure cookie from this name without TLS.
  url = `http://localhost:${server.port}`;
  const { host } = new URL(url);
  const guarded = guardedConsole(consoleApp(partsOfAws()), {
    ...{ token: async () => token, host, clock: { now: () => new Date() }, log: desk.consoleParts.log },
  });
  app.all('*', (context) => guarded.fetch(context.req.raw, context.env));
});
afterAll(async () => {
  await browser?.stop();
  await server?.close();
  await desk?.close();
});

const shows = (text: string) => `document.body.innerText.includes(${JSON.stringify(text)})`;
const signIn = (given: string) =>
  tab.evaluate(
    `(() => { document.querySelector('[name=token]').value = ${JSON.stringify(given)}; document.forms[0].requestSubmit(); return true; })()`,
  );

describe('the console on the web, in a browser', () => {
  it('asks for the token, refuses another, and then shows the mails without a stream', async () => {
    await tab.open(`${url}/`, { width: 1280, height: 900 });
    await tab.waitFor(shows('Console token'));
    await signIn('another');
    await tab.waitFor(shows('That is not the token.'));
    await tab.screenshot(join(shots, 'console-sign-in.png'));
    const before = tab.complaints.length;
    await signIn(token);
    await tab.waitFor(`document.querySelectorAll('.row').length > 5`);

    await tab.waitFor(`document.getElementById('live').dataset.state === 'slow'`);
    expect(
      await tab.evaluate(`[...document.querySelectorAll('[data-tab]:not([hidden])')].map((one) => one.dataset.tab)`),
    ).toEqual([...['mails', 'queues']]);
    await tab.evaluate(`(location.hash = '#/queues') !== ''`);
    await tab.waitFor(shows('npx lightermail redrive'));
    await tab.screenshot(join(shots, 'console-on-the-web.png'));
    expect(tab.complaints.slice(before)).toEqual([]);
  });
});
