import type { MiddlewareHandler } from 'hono';

const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Answers only requests that are addressed to this machine by a loopback name or by one of the names given; others get
 * 421 (RFC 9110 §15.5.20). A web page elsewhere cannot point its own name at the console (DNS rebinding).
 */
export function hostCheck(names: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const name = hostNameOf(context.req.header('host'));
    if (name !== undefined && (loopbackName.test(name) || names.includes(name))) return next();
    return context.text('this server does not answer for the host that was asked\n', 421);
  };
}

/** The name of a Host field without its port, in lower case; absent when there is none or it is malformed. */
function hostNameOf(host: string | undefined): string | undefined {
  if (!host || !/^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) || !URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname;
}
