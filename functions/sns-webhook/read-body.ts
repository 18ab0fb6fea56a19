export interface BodyLimits {
  readonly maxBytes: number;
  readonly withinMs: number;
}

/** A request's body as text, or why there is none. */
export type BodyReading = { readonly text: string } | { readonly fault: 'tooLarge' | 'tooSlow' | 'notText' };

/** Reads a body of UTF-8, up to a size and a time: what is beyond either is not waited for. */
export async function readBody(request: Request, { maxBytes, withinMs }: BodyLimits): Promise<BodyReading> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return { fault: 'tooLarge' };
  if (request.body === null) return { text: '' };
  const reader = request.body.getReader();
  const late = AbortSignal.timeout(withinMs);
  const tooLate = new Promise<'late'>((resolve) => late.addEventListener('abort', () => resolve('late')));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const step = await Promise.race([reader.read().catch(() => 'broken' as const), tooLate]);
    if (step === 'broken') return { fault: 'notText' };
    if (step === 'late') return give(reader, 'tooSlow');
    if (step.done) return decode(chunks);
    bytes += step.value.byteLength;
    if (bytes > maxBytes) return give(reader, 'tooLarge');
    chunks.push(step.value);
  }
}

/** Nobody reads on; that the connection breaks by it is no failure of ours. */
function give(reader: ReadableStreamDefaultReader, fault: 'tooLarge' | 'tooSlow'): BodyReading {
  reader.cancel().catch(() => undefined);
  return { fault };
}

function decode(chunks: readonly Uint8Array[]): BodyReading {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return { fault: 'notText' };
  }
}
