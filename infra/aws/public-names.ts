/**
 * Ends of names that no public DNS has and none will: SES could never verify a domain under them, nor could a link lead
 * there. @see RFC 6761 §6, RFC 6762 §3, RFC 7686 §2, RFC 8375 §4, RFC 9476 §2; ICANN reserved `internal` in 2024
 */
const privateEnds = ['alt', 'home.arpa', 'internal', 'invalid', 'local', 'localdomain', 'localhost', 'onion', 'test'];

/** Whether a domain can be looked up by everyone: `example` and its like are left alone, they stand in documentation. */
export function isPublicName(domain: string): boolean {
  return !privateEnds.some((end) => domain.toLowerCase().endsWith(`.${end}`));
}
