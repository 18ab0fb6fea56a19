/** Why a part stays or goes: a closed list, with the sentence that the ledger shows for each. */
export const offloadReasons = {
  attachment: 'an attachment',
  'file-in-alternative': 'a file among the alternatives of the body',
  'forwarded-mail': 'a forwarded mail, as an .eml file',
  'message-fragment': 'a fragment of a message, never put together',
  'external-body': 'names a body that is elsewhere, never fetched',
  tnef: 'an Outlook container, not unpacked',
  'image-not-shown': 'an image that the HTML does not show',
  'image-too-large': 'an image that the HTML shows, larger than the route keeps',
  'content-id-taken': 'another part bears the same Content-ID',
  'refused-extension': 'the transport refuses mail with files of this kind',
  'over-total': 'the mail would become too large with it',
  'signature-taken-off': 'a signature that no longer fits: the mail was changed',
  'protected-headers': 'a copy of the header inside a signature that was taken off',
  'image-shown': 'the HTML shows this image',
  'image-shown-again': 'the same image again, in the mail once',
  calendar: 'a calendar entry',
  'kept-type': 'of a type that the route keeps',
  small: 'smaller than the route offloads',
  encrypted: 'part of an encrypted mail, which is sent on whole',
  signed: 'part of a signed mail, which is sent on whole',
} as const;

export type OffloadReason = keyof typeof offloadReasons;
