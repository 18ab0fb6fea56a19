import type { Context } from 'hono';
import type { LinkRecord } from '../../shared/contracts/records.ts';
import { type ClosedKind, type OpenedLink, openLink } from '../../shared/links/open-link.ts';
import { visitorKind } from '../../shared/links/visitor-kind.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { type LinkRecords, linkRecordsOf } from '../../shared/records/link-records.ts';
import type { VisitStep } from '../../shared/records/link-visits.ts';
import type { ServedFile } from './headers.ts';
import { type PageKind, page } from './pages.ts';
import { createBlobRedirect } from './redirect-to-blob.ts';
import { serveBlob } from './serve-blob.ts';

/** What the routes of the gateway share. */
export interface Gateway extends LinkRecords {
  readonly platform: Platform;
  /** Opens the link that a request names. */
  open(context: Context): Promise<OpenedLink>;
  /** The page that says why a link gives nothing. */
  closed(context: Context, opened: OpenedLink, home: string): Promise<Response>;
  say(context: Context, kind: PageKind, link?: LinkRecord, home?: string): Promise<Response>;
  /** The bytes under a key: streamed, or by a redirect to where they are. */
  give(request: Request, key: string, file: ServedFile): Promise<Response | undefined>;
  /** Where a redirect leads, on a platform that redirects. */
  fileOrigin(): Promise<string | undefined>;
  /** Keeps a visit; a visit that cannot be kept never keeps anyone from a file. */
  note(context: Context, link: LinkRecord, step: VisitStep): Promise<void>;
}

/** What a page about a closed link may name: never the file of a link that was withdrawn or is harmful. */
const namesFile: ReadonlySet<ClosedKind> = new Set(['expired', 'gone', 'spent', 'scanning', 'unscannable']);

export function createGateway(platform: Platform): Gateway {
  const records = linkRecordsOf(platform);
  const redirect = createBlobRedirect();
  const { files, clock, log, metrics } = platform;
  const streams = platform.settings.linkDelivery === 'stream';
  const fileOrigin = async () => (streams ? undefined : redirect.origin(files));

  const gateway: Gateway = {
    platform,
    ...records,
    fileOrigin,
    open: (context) => openLink({ ...records, clock }, context.req.param('token') ?? ''),
    async closed(context, opened, home) {
      if (opened.kind === 'unknown' || opened.kind === 'file') return page(context.req.raw, 'unknown');
      const { kind, link } = opened;
      if (kind === 'scanning') await askForScan(gateway, link);
      return gateway.say(context, kind, namesFile.has(kind) ? link : undefined, home);
    },
    async say(context, kind, link, home) {
      return page(context.req.raw, kind, {
        link,
        ...(home === undefined ? {} : { home }),
        fileOrigin: await fileOrigin(),
      });
    },
    give: (request, key, file) => (streams ? serveBlob : redirect.give)(request, files, key, file),
    async note(context, link, step) {
      if (step === 'file' || step === 'archive') metrics?.count('linkDownloads', { kind: step });
      try {
        await records.visits.add(link, step, visitorKind(context.req.raw.headers));
      } catch (error) {
        log.error('a visit could not be kept', error, { mailId: link.mailId, step });
      }
    },
  };
  return gateway;
}

/** Whoever waits for a verdict gets the scan going again, should the first request for it have been lost. */
async function askForScan({ platform, verdicts }: Gateway, { blobKey, sha256 }: LinkRecord): Promise<void> {
  if (platform.linkQueue === undefined || !(await verdicts.begin(sha256))) return;
  await platform.linkQueue.send([JSON.stringify({ v: 1, kind: 'scan', blobKey, sha256 })]);
}
