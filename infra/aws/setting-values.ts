import { z } from 'zod';
import { isAddress, isDomain } from '../../shared/mail/address.ts';

/** One setting as text that must pass a test; the same words whether it is missing or wrong. */
export function text(allowed: string, accepts: (value: string) => boolean) {
  return z.string({ error: allowed }).refine(accepts, allowed);
}

export function wholeNumber(least: number, most: number) {
  const allowed = `must be a whole number from ${least} to ${most}`;
  const accepts = (value: string) => /^\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most;
  return text(allowed, accepts).transform(Number);
}

export const address = text('must be one e-mail address such as capture@in.example.com', isAddress);

export const domain = text('must be a domain name such as in.example.com', isDomain).transform((value) =>
  value.toLowerCase(),
);

export const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');
