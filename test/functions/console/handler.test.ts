import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleApp } from '../../../functions/console/handler.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';

const folder = new URL('../../../functions/console/page/', import.meta.url);
const files = readdirSync(folder);
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const ask = (path: string, init?: RequestInit) => consoleApp(desk.consoleParts).request(path, init);

describe('the console page', () => {
  it('comes under a policy that lets nothing inline run and loads nothing from elsewhere', async () => {
    const response = await ask('/');
    const policy = response.headers.get('content-security-policy') ?? '';
    const html = await response.text();

    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(html).not.toMatch(/<script>|<style|\son\w+=|style=|https?:\/\//i);
  });

  it.each(files)('serves %s with its type, and 304 to whoever has it', async (name) => {
    const response = await ask(`/assets/${name}`);
    const again = await ask(`/assets/${name}`, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^(?:text\/(?:html|css|javascript)|image\/svg\+xml)/);
    expect(again.status).toBe(304);
  });

  it.each(['none.js', '..%2fhandler.ts', '%2e%2e/handler.ts', 'app.js%00', '__proto__', 'constructor'])(
    'serves nothing else: %s',
    async (name) => {
      expect((await ask(`/assets/${name}`)).status).toBe(404);
    },
  );

  it.each(files.filter((name) => name.endsWith('.js')))('%s never makes markup of a text', (name) => {
    const source = readFileSync(new URL(name, folder), 'utf8').replace('http://www.w3.org/2000/svg', '');

    expect(source).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|eval\(|new Function|https?:\/\/\w/,
    );
  });
});
