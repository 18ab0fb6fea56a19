/** The strong entity tag of a stored object, quoted. @see RFC 9110 §8.8.3 */
export function toEntityTag(etag: string): string {
  return `"${etag.replace(/[^\x21\x23-\x7e]/g, '')}"`;
}

/** Whether an `If-None-Match` field names the tag, by weak comparison. @see RFC 9110 §13.1.2 */
export function namesEntityTag(field: string | undefined, entityTag: string): boolean {
  if (field === undefined) return false;
  return field.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === entityTag);
}
