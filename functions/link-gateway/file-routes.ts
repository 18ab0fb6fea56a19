import type { Context, Hono } from 'hono';
import type { LinkRecord } from '../../shared/contracts/records.ts';
import { askForLink } from '../../shared/links/ask-for-link.ts';
import { planArchive } from '../../shared/links/plan-archive.ts';
import { pressedGrant, readGrant, takeDownload } from '../../shared/links/take-download.ts';
import { isCounted, visitorKind } from '../../shared/links/visitor-kind.ts';
import { filePage } from './file-page.ts';
import type { Gateway } from './gateway.ts';
import { guardHeaders } from './headers.ts';
import { previewType } from './preview.ts';

/** The routes of one file: its page, the button, the download that the button gives, the preview, the question. */
export function addFileRoutes(app: Hono, gateway: Gateway): void {
  app.get('/f/:token', (context) => showOrGive(gateway, context));
  app.post('/f/:token', (context) => take(gateway, context));
  app.get('/f/:token/d/:grant', (context) => fetchGranted(gateway, context));
  app.get('/f/:token/preview', (context) => preview(gateway, context));
  app.post('/f/:token/ask', (context) => ask(gateway, context));
}

/** The page, which nothing is counted for; or, where the route says so, the bytes at once. */
async function showOrGive(gateway: Gateway, context: Context): Promise<Response> {
  const opened = await gateway.open(context);
  const token = context.req.param('token') ?? '';
  if (opened.kind !== 'file') return gateway.closed(context, opened, token);
  const { link } = opened;
  const isHead = context.req.method === 'HEAD';
  if (link.confirmDownload === 'direct') {
    if (!isHead && isFromStart(context.req.header('range'))) await gateway.note(context, link, 'file');
    return (await gateway.give(context.req.raw, link.blobKey, link)) ?? gateway.say(context, 'gone', link);
  }
  if ((await gateway.platform.files.head(link.blobKey)) === undefined) return gateway.say(context, 'gone', link);
  if (!isHead) await gateway.note(context, link, 'page');
  return showPage(gateway, context, token, link);
}

async function showPage(gateway: Gateway, context: Context, token: string, link: LinkRecord): Promise<Response> {
  const { platform } = gateway;
  const canPack = platform.linkQueue !== undefined;
  const [plan, shownAs, fileOrigin] = await Promise.all([
    canPack ? planArchive({ ...gateway, clock: platform.clock }, link) : undefined,
    previewType(platform.files, link),
    gateway.fileOrigin(),
  ]);
  const hasPreview = shownAs !== undefined;
  return filePage(context.req.raw, { token, link, all: plan?.archive, hasPreview, fileOrigin });
}

/** The button: counts one download and leads to it. A scanner that presses buttons gets the page once more. */
async function take(gateway: Gateway, context: Context): Promise<Response> {
  const opened = await gateway.open(context);
  const token = context.req.param('token') ?? '';
  if (opened.kind !== 'file') {
    const repeated = opened.kind === 'spent' ? await pressedBefore(gateway, context, token, opened.link) : undefined;
    return repeated ?? gateway.closed(context, opened, token);
  }
  const { link } = opened;
  if (!isCounted(visitorKind(context.req.raw.headers))) {
    await gateway.note(context, link, 'page');
    return showPage(gateway, context, token, link);
  }
  if ((await gateway.platform.files.head(link.blobKey)) === undefined) return gateway.say(context, 'gone', link);
  const parts = { grants: gateway.grants, clock: gateway.platform.clock };
  const { result, grant } = await takeDownload(parts, token, [link], { press: await pressOf(context) });
  if (result === 'closed' || result === 'spent') return gateway.closed(context, await gateway.open(context), token);
  if (result === 'granted') await gateway.note(context, link, 'file');
  return seeOther(`${token}/d/${grant}`);
}

/** The last download was taken by this very press: a double click is not a refusal. */
async function pressedBefore(gateway: Gateway, context: Context, token: string, link: LinkRecord) {
  const press = await pressOf(context);
  if (press === undefined) return undefined;
  const parts = { grants: gateway.grants, clock: gateway.platform.clock };
  const grant = pressedGrant(token, press);
  return grant !== undefined && (await readGrant(parts, link.tokenHash, grant)) !== undefined
    ? seeOther(`${token}/d/${grant}`)
    : undefined;
}

/** The download itself: as often and in as many parts as it takes, while the permission and the link are good. */
async function fetchGranted(gateway: Gateway, context: Context): Promise<Response> {
  const opened = await gateway.open(context);
  const token = context.req.param('token') ?? '';
  const home = `../../${token}`;
  // A link whose last download this is has none left, and yet gives this one.
  if (opened.kind !== 'file' && opened.kind !== 'spent') return gateway.closed(context, opened, home);
  const { link } = opened;
  const parts = { grants: gateway.grants, clock: gateway.platform.clock };
  const grant = await readGrant(parts, link.tokenHash, context.req.param('grant') ?? '');
  if (grant === undefined) return gateway.say(context, 'stale', undefined, home);
  if (grant.archiveKey === undefined) {
    return (await gateway.give(context.req.raw, link.blobKey, link)) ?? gateway.say(context, 'gone', link);
  }
  const plan = await planArchive({ ...gateway, clock: gateway.platform.clock }, link, true);
  // One of the files was withdrawn or replaced meanwhile: the archive still holds it.
  if (plan?.archive.archiveKey !== grant.archiveKey) return gateway.say(context, 'stale', undefined, home);
  const archive = { fileName: 'files.zip', contentType: 'application/zip' };
  return (
    (await gateway.give(context.req.raw, grant.archiveKey, archive)) ?? gateway.say(context, 'stale', undefined, home)
  );
}

async function preview(gateway: Gateway, context: Context): Promise<Response> {
  const opened = await gateway.open(context);
  if (opened.kind !== 'file' || opened.link.confirmDownload === 'direct') return gateway.say(context, 'unknown');
  const contentType = await previewType(gateway.platform.files, opened.link);
  if (contentType === undefined) return gateway.say(context, 'unknown');
  const { fileName, blobKey } = opened.link;
  // An image element draws what would be saved when opened by itself: the answer stays an attachment.
  return (await gateway.give(context.req.raw, blobKey, { fileName, contentType })) ?? gateway.say(context, 'unknown');
}

/** Tells the operators that a new link is needed; the answer is the same whether they were told now or before. */
async function ask(gateway: Gateway, context: Context): Promise<Response> {
  const opened = await gateway.open(context);
  const home = `../${context.req.param('token')}`;
  if (opened.kind !== 'expired' && opened.kind !== 'spent') return gateway.closed(context, opened, home);
  if (!isCounted(visitorKind(context.req.raw.headers))) return gateway.closed(context, opened, home);
  if (await askForLink(gateway.platform, opened.link)) await gateway.note(context, opened.link, 'ask');
  return gateway.say(context, 'asked');
}

/** A form of one short field; anything else counts as no field. */
export async function pressOf(context: Context): Promise<string | undefined> {
  const type = context.req.header('content-type') ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) return undefined;
  return new URLSearchParams((await context.req.text()).slice(0, 200)).get('press') ?? undefined;
}

export function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { ...guardHeaders, 'Content-Length': '0', Location: location } });
}

/** A part that begins later belongs to a download that was begun before. */
function isFromStart(range: string | undefined): boolean {
  return range === undefined || /^bytes=0-/i.test(range);
}
