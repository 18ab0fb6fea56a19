import type { Platform } from '../ports/platform.ts';
import { createEmails } from '../records/emails.ts';
import { linkRecordsOf } from '../records/link-records.ts';
import { createLinkDesk, type LinkDesk } from './link-desk.ts';

/** How long the gateway signs for on AWS. Unit: seconds. */
const signedForSeconds = 60;

/** The operator's side of links, over a platform. */
export function linkDeskOf(platform: Platform): LinkDesk {
  const { files, clock, ids, settings } = platform;
  return createLinkDesk({
    ...linkRecordsOf(platform),
    ...{ files, clock, ids, emails: createEmails(platform) },
    signedUrlSeconds: settings.linkDelivery === 'redirect' ? signedForSeconds : 0,
  });
}
