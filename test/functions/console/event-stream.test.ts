import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleApp } from '../../../functions/console/handler.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';
import { serve } from '../../support/serve.ts';

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

async function textOf(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString('utf8');
  }
  return text;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

describe('GET /api/changes', () => {
  it('tells of a change as it happens', async () => {
    const response = await consoleApp(desk.consoleParts).request('/api/changes');
    const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    desk.tell();

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await textOf(reader, 'event: change')).toContain('event: change\ndata: {}\n\n');
    await reader.cancel();
    expect(desk.listeners.size).toBe(0);
  });

  it('keeps nothing for a watcher that does not read', async () => {
    const response = await consoleApp(desk.consoleParts).request('/api/changes');
    for (let count = 0; count < 10_000; count += 1) desk.tell();
    const { value } = (await response.body?.getReader().read()) ?? {};

    expect(value?.length).toBeLessThan(100);
  });

  it('turns the 33rd watcher away with 503, and takes one again when another leaves', async () => {
    const app = consoleApp(desk.consoleParts);
    const open = await Promise.all(Array.from({ length: 32 }, () => app.request('/api/changes')));

    const refused = await app.request('/api/changes');
    await open[0]?.body?.cancel();
    const taken = await app.request('/api/changes');

    expect([refused.status, taken.status]).toEqual([503, 200]);
    await Promise.all([...open.slice(1), taken].map((response) => response.body?.cancel()));
    expect(desk.listeners.size).toBe(0);
  });

  it('forgets a watcher whose connection breaks, and opens no stream for HEAD', async () => {
    const server = await serve(consoleApp(desk.consoleParts));
    await fetch(`${server.url}/api/changes`, { method: 'HEAD' });
    expect(desk.listeners.size).toBe(0);
    const leaving = new AbortController();
    await fetch(`${server.url}/api/changes`, { signal: leaving.signal });
    expect(desk.listeners.size).toBe(1);

    leaving.abort();
    await until(() => desk.listeners.size === 0);
    await server.close();
  });

  it('ends its streams when the server is to stop', async () => {
    const closing = new AbortController();
    const response = await consoleApp({ ...desk.consoleParts, closing: closing.signal }).request('/api/changes');
    closing.abort();

    expect(await response.text()).toContain('retry:');
    expect(desk.listeners.size).toBe(0);
  });
});
