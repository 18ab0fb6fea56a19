import type { ByteRange } from '../ports/blob-store.ts';

const oneRange = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i;

/**
 * The one range of bytes that a `Range` field asks for.
 * Answers `undefined` when the whole is to be sent: no field, a form that is not understood, or several ranges (a
 * server may ignore them); and `unsatisfiable` when no byte of the range exists.
 * @param sizeBytes size of the whole
 * @see RFC 9110 §14.1.2, §14.2
 */
export function parseByteRange(field: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  const match = oneRange.exec(field ?? '');
  const [first = '', last = ''] = match?.slice(1) ?? [];
  if (match === null || (first === '' && last === '')) return undefined;
  if (first === '') return suffixRange(Number(last), sizeBytes);
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= sizeBytes) return 'unsatisfiable';
  const lastByte = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return { firstByte: Number(first), lastByte };
}

function suffixRange(lengthBytes: number, sizeBytes: number): ByteRange | 'unsatisfiable' {
  if (lengthBytes === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { firstByte: Math.max(0, sizeBytes - lengthBytes), lastByte: sizeBytes - 1 };
}
