import { request } from 'node:http';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type HttpOptions, startHttp } from '../../../infra/local/http.ts';
import { quietLog } from './fakes.ts';

const token = 'a-token-of-24-characters';

async function start(options: Partial<HttpOptions> = {}, mounted = true) {
  const http = await startHttp({ bind: '127.0.0.1', port: 0, log: quietLog, ...options });
  onTestFinished(() => http.stop(0));
  if (mounted)
    http.mount({ console: new Hono().all('*', (c) => c.text('console')), links: linkApp(), signed: new Hono() });
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body = '') =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asked = request({ port: http.port, host: '127.0.0.1', path, method, headers }, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, text });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  return { http, ask };
}

function linkApp(): Hono {
  return new Hono().get('/f/:token', (context) => context.text(`link ${context.req.param('token')}`));
}

describe('web server', () => {
  it('gives /f/… to the gateway, the rest to the console', async () => {
    const { ask } = await start();

    expect(await ask('/f/abc')).toEqual({ status: 200, text: 'link abc' });
    expect(await ask('/api/queues')).toEqual({ status: 200, text: 'console' });
    expect(await ask('/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
  });

  it('answers 503 until the apps are there', async () => {
    const { ask } = await start({}, false);

    expect((await ask('/')).status).toBe(503);
    expect((await ask('/f/abc')).status).toBe(503);
    expect((await ask('/healthz')).status).toBe(503);
  });

  it.each([
    ['localhost:8025', 200],
    ['127.0.0.1', 200],
    ['[::1]:8025', 200],
    ['links.example.com', 200],
    ['LINKS.example.com:443', 200],
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['a b', 400],
  ])('the host %s gets %i', async (host, status) => {
    const { ask } = await start({ publicUrl: 'https://links.example.com' });

    expect((await ask('/', { host })).status).toBe(status);
  });

  it.each([
    ['no token', {}, 401],
    ['a wrong token', { authorization: 'Bearer wrong' }, 401],
    ['the token', { authorization: `Bearer ${token}` }, 200],
    ['the token as a password', { authorization: `Basic ${Buffer.from(`me:${token}`).toString('base64')}` }, 200],
    ['a wrong password', { authorization: `Basic ${Buffer.from('me:wrong').toString('base64')}` }, 401],
    ['the token without a scheme', { authorization: token }, 401],
  ])('with a console token, %s', async (_name, headers, status) => {
    const { ask } = await start({ consoleToken: token });

    expect((await ask('/', headers)).status).toBe(status);
  });

  it('asks for no token on links and health', async () => {
    const { ask } = await start({ consoleToken: token });

    expect((await ask('/f/abc')).status).toBe(200);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('answers 413 to a body that is too large', async () => {
    const { ask } = await start();

    expect((await ask('/api', {}, 'POST', 'x'.repeat(1_048_577))).status).toBe(413);
  });

  it('stops at once although an event stream is open', async () => {
    const { http } = await start({}, false);
    const stream = () =>
      new Response(
        new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')) }),
        {
          headers: { 'content-type': 'text/event-stream' },
        },
      );
    http.mount({ console: new Hono().get('*', () => stream()), links: linkApp(), signed: new Hono() });
    const ended = await new Promise<{ readonly end: Promise<unknown> }>((resolve, reject) => {
      const asked = request({ port: http.port, host: '127.0.0.1', path: '/events' }, (response) => {
        const end = new Promise((closed) => response.once('close', closed).on('error', closed));
        response.once('data', () => resolve({ end }));
      });
      asked.on('error', reject);
      asked.end();
    });

    await http.stop(60_000);
    await ended.end;
  });
});
