import type { ScanLimits } from './scan-types.ts';

/**
 * Limits that no honest mail reaches: a header block of 1 MiB, 1,000 parts, a tree 100 deep. They bound the memory
 * that a hostile mail can claim, whatever its size. A line of more than 998 bytes is against RFC 5322 §2.1.1 and only marked.
 * @param totalBytes the largest mail that is read at all
 */
export function defaultLimits(totalBytes: number): ScanLimits {
  return { totalBytes, headerBytes: 1024 * 1024, parts: 1000, depth: 100, lineBytes: 998 };
}
