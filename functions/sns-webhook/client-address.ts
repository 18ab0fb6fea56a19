import type { Context } from 'hono';

interface ConnectionFacts {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/**
 * Who asks: the address of the connection, or what the outermost of our own proxies has seen. Whatever a client itself
 * writes into `X-Forwarded-For` stands left of that, and is not looked at.
 */
export function clientAddress(context: Context, proxyCount: number): string {
  const facts = context.env as ConnectionFacts | undefined;
  const connected = facts?.incoming?.socket?.remoteAddress ?? 'unknown';
  if (proxyCount === 0) return connected;
  const seen = (context.req.header('x-forwarded-for') ?? '').split(',').map((one) => one.trim());
  return (seen.at(-proxyCount) || connected).slice(0, 64);
}
