import { apiError } from './api-error.ts';
import type { ChangeFeed } from './changes.ts';
import { dataPolicy, guardHeaders } from './headers.ts';

/** Below the 30 s after which proxies close a silent connection. Unit: milliseconds. */
const heartbeatMs = 15_000;
/** How long a browser waits before it connects again; unit: milliseconds. */
const reconnectMs = 2000;

/**
 * Server-sent events: `change` whenever something moved, a comment as heartbeat.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventStream(feed: ChangeFeed, request: Request, closing: AbortSignal | undefined): Response {
  const headers = {
    ...guardHeaders,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Content-Security-Policy': dataPolicy,
    'X-Accel-Buffering': 'no',
  };
  if (request.method === 'HEAD') return new Response(null, { headers });
  const encoder = new TextEncoder();
  let stop: (() => void) | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  // A reader that does not take what it is sent gets no more: one waiting `change` says all there is to say.
  const write = (text: string) => {
    if ((controller?.desiredSize ?? 0) > 0) controller?.enqueue(encoder.encode(text));
  };
  const release = () => {
    stop?.();
    clearInterval(heartbeat);
    closing?.removeEventListener('abort', end);
    request.signal.removeEventListener('abort', end);
  };
  const end = () => {
    release();
    try {
      controller?.close();
    } catch {
      // Already closed by the other side.
    }
  };

  stop = feed.watch(() => write('event: change\ndata: {}\n\n'));
  if (stop === undefined) return apiError(503, 'ERR_BUSY', 'too many pages watch already; ask again by /api/inbound');
  heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs).unref();
  const body = new ReadableStream<Uint8Array>(
    {
      start(own) {
        controller = own;
        write(`retry: ${reconnectMs}\n\n`);
      },
      cancel: release,
    },
    { highWaterMark: 8 },
  );
  closing?.addEventListener('abort', end, { once: true });
  request.signal.addEventListener('abort', end, { once: true });
  return new Response(body, { headers });
}
