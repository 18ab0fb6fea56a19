import type { Context, Hono } from 'hono';
import { toLinkJobBody } from '../../shared/contracts/link-job.ts';
import { type ArchivePlan, planArchive } from '../../shared/links/plan-archive.ts';
import { takeDownload } from '../../shared/links/take-download.ts';
import { isCounted, visitorKind } from '../../shared/links/visitor-kind.ts';
import { pressOf, seeOther } from './file-routes.ts';
import type { Gateway } from './gateway.ts';

/** The routes of all files at once: made once by a job, then given like a file. */
export function addArchiveRoutes(app: Hono, gateway: Gateway): void {
  app.get('/f/:token/zip', (context) => show(gateway, context));
  app.post('/f/:token/zip', (context) => take(gateway, context));
}

interface OpenArchive {
  readonly plan: ArchivePlan;
  readonly state: 'building' | 'ready' | 'failed' | 'absent';
}

/** Where the archive stands. The page of one that is being made looks again by itself. */
async function show(gateway: Gateway, context: Context): Promise<Response> {
  const found = await openArchive(gateway, context);
  if (found instanceof Response) return found;
  const home = `../${context.req.param('token')}`;
  if (found.state === 'building') return gateway.say(context, 'packing', undefined, home);
  if (found.state === 'failed') return gateway.say(context, 'unpackable', undefined, home);
  return gateway.say(context, 'packed', undefined, home);
}

/** The button: has the archive made, or counts one download of each of its files and leads to it. */
async function take(gateway: Gateway, context: Context): Promise<Response> {
  const found = await openArchive(gateway, context);
  if (found instanceof Response) return found;
  const { plan, state } = found;
  const home = `../${context.req.param('token')}`;
  if (!isCounted(visitorKind(context.req.raw.headers))) return gateway.say(context, 'packed', undefined, home);
  if (state !== 'ready') {
    await haveMade(gateway, plan);
    return seeOther('zip');
  }
  const parts = { grants: gateway.grants, clock: gateway.platform.clock };
  const { archiveKey } = plan.archive;
  const given = { press: await pressOf(context), archiveKey };
  const { result, grant } = await takeDownload(parts, context.req.param('token') ?? '', plan.links, given);
  if (result === 'closed' || result === 'spent') return gateway.say(context, 'unpackable', undefined, home);
  if (result === 'granted') for (const one of plan.links) await gateway.note(context, one, 'archive');
  return seeOther(`d/${grant}`);
}

async function haveMade({ archives, platform }: Gateway, { archive }: ArchivePlan): Promise<void> {
  if (!(await archives.begin(archive))) return;
  const { mailId, contentHash } = archive;
  await platform.linkQueue?.send([toLinkJobBody({ v: 1, kind: 'archive', mailId, contentHash })]);
}

async function openArchive(gateway: Gateway, context: Context): Promise<OpenArchive | Response> {
  const home = `../${context.req.param('token')}`;
  const opened = await gateway.open(context);
  if (opened.kind !== 'file') return gateway.closed(context, opened, home);
  const { platform, archives } = gateway;
  const plan = platform.linkQueue && (await planArchive({ ...gateway, clock: platform.clock }, opened.link));
  if (plan === undefined) return gateway.say(context, 'unpackable', undefined, home);
  const record = await archives.read(plan.archive.mailId, plan.archive.contentHash);
  const isThere = record?.state === 'ready' && (await platform.files.head(plan.archive.archiveKey)) !== undefined;
  const state = record === undefined || (record.state === 'ready' && !isThere) ? 'absent' : record.state;
  return { plan, state };
}
