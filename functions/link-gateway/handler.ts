import { type Context, Hono } from 'hono';
import type { LinkRecord } from '../../shared/contracts/records.ts';
import { openLink } from '../../shared/links/open-link.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { createLinks } from '../../shared/records/links.ts';
import { page } from './pages.ts';
import { redirectToBlob } from './redirect-to-blob.ts';
import { serveBlob } from './serve-blob.ts';

/**
 * The way from a mailed link to its file: `GET` and `HEAD` of `/f/<token>`. Every other path under `/f` gets the page
 * for a link that was never given; a store that does not answer gets 503, never "unknown".
 */
export function linkGateway(platform: Platform): Hono {
  const links = createLinks(platform);
  const give = platform.settings.linkDelivery === 'stream' ? serveBlob : redirectToBlob;

  const serve = async (context: Context, link: LinkRecord) =>
    (await give(context.req.raw, platform.files, link.blobKey, link)) ?? page(context.req.raw, 'gone', link);

  const app = new Hono();
  app.get('/f/:token', async (context) => {
    const opened = await openLink({ links, clock: platform.clock }, context.req.param('token'));
    if (opened.kind === 'file') return serve(context, opened.link);
    return page(context.req.raw, opened.kind, opened.kind === 'expired' ? opened.link : undefined);
  });
  app.all('/f', (context) => page(context.req.raw, 'unknown'));
  app.all('/f/*', (context) => page(context.req.raw, 'unknown'));
  app.notFound((context) => page(context.req.raw, 'unknown'));
  app.onError((error, context) => {
    platform.log.error('a link could not be opened', error);
    return page(context.req.raw, 'unavailable');
  });
  return app;
}
