const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
const step = 1000;

/** A file size as people read it: `1 byte`, `512 bytes`, `38 kB`, `3.2 MB`; decimal units (SI), at most three digits. */
export function humanSize(sizeBytes: number): string {
  if (sizeBytes === 1) return '1 byte';
  let size = sizeBytes;
  let unit = 0;
  // 999.5 and more would be shown as 1000.
  while (size >= step - 0.5 && unit < units.length - 1) {
    size /= step;
    unit += 1;
  }
  const digits = unit > 0 && size < 9.95 ? 1 : 0;
  return `${size.toFixed(digits).replace(/\.0$/, '')} ${units[unit]}`;
}
