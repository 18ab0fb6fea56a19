import type { OffloadLeaf, OffloadRules } from './offload-types.ts';

const calendarTypes = new Set(['text/calendar', 'application/ics']);
const tnefTypes = new Set(['application/ms-tnef', 'application/vnd.ms-tnef']);

export function isCalendar({ contentType }: OffloadLeaf): boolean {
  return calendarTypes.has(contentType);
}

/** Outlook's container for what its own mails hold (MS-OXTNEF), also under its usual name. */
export function isTnef({ contentType, fileName }: OffloadLeaf): boolean {
  return tnefTypes.has(contentType) || fileName?.toLowerCase() === 'winmail.dat';
}

/** A leaf that is a message, whole or not (RFC 2046 §5.2): it cannot be written in base64, so it never stays. */
export function isMessage({ contentType }: OffloadLeaf): boolean {
  return contentType.startsWith('message/');
}

/** The second part of a multipart/signed. @see RFC 1847 §2.1 */
export function isSignature({ path, within }: OffloadLeaf): boolean {
  return within.at(-1) === 'multipart/signed' && Number(path.split('.').at(-1)) > 1;
}

/** The header copy that clients without header protection show. @see RFC 9788 §4 for what took its place */
export function isProtectedHeaders({ contentType, typeParameters }: OffloadLeaf): boolean {
  return contentType === 'text/rfc822-headers' && 'protected-headers' in typeParameters;
}

/** Whether the route keeps the type; messages and multiparts are never kept by type. */
export function isKeptType({ contentType }: OffloadLeaf, { keepTypes }: Pick<OffloadRules, 'keepTypes'>): boolean {
  return keepTypes.some((wanted) => {
    const pattern = wanted.toLowerCase();
    return pattern.endsWith('/*') ? contentType.startsWith(pattern.slice(0, -1)) : pattern === contentType;
  });
}

/** File name endings that SES refuses. @see https://docs.aws.amazon.com/ses/latest/dg/mime-types.html */
const refusedExtensions = new Set(
  `ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk
  mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi msp
  mst ops pcd pif plg prf prg reg scf scr sct shb shs sys ps1 ps1xml ps2 ps2xml psc1 psc2 tmp url vb vbe vbs vps
  vsmacros vss vst vsw vxd ws wsc wsf wsh xnk`.split(/\s+/),
);

/** Whether a mail with a file of this name in it would be refused. */
export function isRefusedName(fileName: string): boolean {
  return refusedExtensions.has(fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase());
}
