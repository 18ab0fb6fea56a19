import type { ContextSettings } from './context-schema.ts';

/** Whether a domain is the other one, or below it: SES verifies both at once. */
export function isWithin(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

/** The domain that bounces go to, where an identity is made. */
export function mailFromOf({ makeIdentity, domain, mailFrom }: ContextSettings): string | undefined {
  return makeIdentity && domain !== undefined ? (mailFrom ?? `bounce.${domain}`) : undefined;
}
