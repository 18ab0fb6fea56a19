import type { LinkRecord } from '../contracts/records.ts';
import { toRecipientHash } from '../mail/ids.ts';
import type { Links } from '../records/links.ts';

/** Which links an operator means. */
export type LinkSelection =
  /** One link by the hash of its token; `everyone`: the same file for all recipients of its mail. */
  | { readonly linkId: string; readonly everyone?: boolean | undefined }
  /** All links of a mail, or only those of one recipient. */
  | { readonly mailId: string; readonly recipient?: string | undefined }
  /** All links that an address was ever sent. */
  | { readonly recipient: string };

/** The links that a selection names; none when there are none. */
export async function selectLinks(
  links: Pick<Links, 'read' | 'ofMail' | 'ofRecipient'>,
  selection: LinkSelection,
): Promise<readonly LinkRecord[]> {
  if ('linkId' in selection) {
    const link = await links.read(selection.linkId);
    if (link === undefined) return [];
    if (selection.everyone !== true) return [link];
    return (await links.ofMail(link.mailId)).filter(({ path }) => path === link.path);
  }
  if ('mailId' in selection) {
    const all = await links.ofMail(selection.mailId);
    const { recipient } = selection;
    return recipient === undefined
      ? all
      : all.filter(({ recipientHash }) => recipientHash === toRecipientHash(recipient));
  }
  return links.ofRecipient(toRecipientHash(selection.recipient));
}
