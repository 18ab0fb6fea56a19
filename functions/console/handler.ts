import { Hono } from 'hono';
import { consoleApi } from './api.ts';
import { notFound } from './api-error.ts';
import { loadAssets } from './assets.ts';
import { createChangeFeed } from './changes.ts';
import { eventStream } from './event-stream.ts';
import type { ConsoleParts } from './parts.ts';

/** The operator's page at `/`, its files under `/assets`, its JSON under `/api`. It claims no other path. */
export function consoleApp(parts: ConsoleParts): Hono {
  const asset = loadAssets();
  const feed = parts.changes === undefined ? undefined : createChangeFeed(parts.changes);
  const app = new Hono();
  app.get('/', (context) => asset(context.req.raw, 'index.html') ?? notFound('page'));
  app.get('/assets/:name', (context) => asset(context.req.raw, context.req.param('name')) ?? notFound('file'));
  if (feed !== undefined) app.get('/api/changes', (context) => eventStream(feed, context.req.raw, parts.closing));
  app.route('/api', consoleApi(parts));
  return app;
}
