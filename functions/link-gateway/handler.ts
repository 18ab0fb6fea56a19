import { Hono } from 'hono';
import type { Platform } from '../../shared/ports/platform.ts';
import { addArchiveRoutes } from './archive-routes.ts';
import { addFileRoutes } from './file-routes.ts';
import { createGateway } from './gateway.ts';
import { defaultLimits, type GatewayLimits, rateLimits } from './limits.ts';
import { page } from './pages.ts';

/**
 * The way from a mailed link to its file, under `/f/<token>`. Every other path under `/f` gets the page for a link that
 * was never given; a store that does not answer gets 503, never "unknown".
 */
export function linkGateway(platform: Platform, limits: GatewayLimits = defaultLimits): Hono {
  const gateway = createGateway(platform);
  const app = new Hono();
  app.use('/f/*', rateLimits(platform.clock, limits));
  addArchiveRoutes(app, gateway);
  addFileRoutes(app, gateway);
  app.all('/f', (context) => page(context.req.raw, 'unknown'));
  app.all('/f/*', (context) => page(context.req.raw, 'unknown'));
  app.notFound((context) => page(context.req.raw, 'unknown'));
  app.onError((error, context) => {
    platform.log.error('a link could not be opened', error);
    return page(context.req.raw, 'unavailable');
  });
  return app;
}
