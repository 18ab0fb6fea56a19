import { toLinkJobBody } from '../contracts/link-job.ts';
import type { LedgerPart } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import type { InboundPorts } from './inbound-ports.ts';

/**
 * Has the files of a mail scanned, where the route gives none without a verdict, so that it is there before the first
 * recipient presses the button. A request that is lost is made again by whoever waits at the link.
 */
export async function requestScans(
  { linkQueue }: Pick<InboundPorts, 'linkQueue'>,
  route: Pick<Route, 'scan'>,
  parts: readonly LedgerPart[],
): Promise<void> {
  if (route.scan.verdict === 'off' || linkQueue === undefined) return;
  const bodies = parts.flatMap(({ blobKey, sha256 }) =>
    blobKey === undefined ? [] : [toLinkJobBody({ v: 1, kind: 'scan', blobKey, sha256 })],
  );
  if (bodies.length > 0) await linkQueue.send(bodies);
}
