const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Until when a link works, written out so that no one can misread it: `until 24 November 2026, 08:15 UTC`. */
export function expiryText(expiresAt: Date): string {
  const [, time] = expiresAt.toISOString().split('T');
  const day = `${expiresAt.getUTCDate()} ${months[expiresAt.getUTCMonth()]} ${expiresAt.getUTCFullYear()}`;
  return `until ${day}, ${time?.slice(0, 5)} UTC`;
}
