import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The field that says how often Lightermail has handled a mail:
 * `X-Lightermail-Hop: 2; id=<emailId>; via=<installation>,<installation>; s=<signature>`.
 */
export const hopField = 'X-Lightermail-Hop';

/** A mail that three Lightermails have handed on is going in circles. */
export const maxHops = 3;

interface Field {
  readonly name: string;
  readonly value: string;
}

/** The way that a mail has come, as its hop fields tell it. */
export interface HopTrail {
  /** How often Lightermail has handled the mail; 0 for a mail from outside, never more than `maxHops`. */
  readonly count: number;
  /** The installations that handled it, as they name themselves. */
  readonly via: readonly string[];
  /** Whether this installation itself sent the mail, or is on its way. */
  readonly isOwn: boolean;
}

/**
 * Reads the hop fields of a mail. A field that another installation signed cannot be told from one that is made up, and
 * counts all the same: a sender who makes one up stops nothing but his own mail. One that cannot be read counts as one.
 */
export function readHops(fields: readonly Field[], secret: Uint8Array): HopTrail {
  const hops = fields.filter(({ name }) => name === hopField.toLowerCase()).slice(0, maxHops);
  const values = hops.map(({ value }) => readHop(value));
  const via = [...new Set(values.flatMap((hop) => hop.via))].slice(0, maxHops);
  const counts = values.map(({ count }) => count);
  return {
    count: Math.min(maxHops, Math.max(hops.length, 0, ...counts)),
    via,
    isOwn: via.includes(installationOf(secret)) || values.some((hop) => isSignedBy(hop, secret)),
  };
}

/**
 * The hop field of the next mail.
 * @param id the outgoing email
 */
export function nextHop(trail: Pick<HopTrail, 'count' | 'via'>, id: string, secret: Uint8Array): string {
  const via = [...trail.via, installationOf(secret)].slice(-maxHops);
  const facts = `${trail.count + 1}; id=${id}; via=${via.join(',')}`;
  return `${facts}; s=${sign(facts, secret)}`;
}

interface Hop {
  readonly count: number;
  readonly via: readonly string[];
  /** What is signed. */
  readonly facts: string;
  readonly signature: string;
}

/** Longer values are not ours, and need not be read. */
const maxValueChars = 400;

function readHop(value: string): Hop {
  const plain = value.slice(0, maxValueChars).replace(/\s+/g, ' ').trim();
  const count = /^(\d{1,4})\b/.exec(plain)?.[1];
  const signed = /^(.*); s=([A-Za-z0-9_-]{22})$/.exec(plain);
  const via = /; via=([A-Za-z0-9_,-]{1,60})/.exec(plain)?.[1] ?? '';
  return {
    count: Math.max(1, Number(count ?? 1)),
    via: via.split(',').filter((name) => name.length === installationLength),
    facts: signed?.[1] ?? '',
    signature: signed?.[2] ?? '',
  };
}

function isSignedBy({ facts, signature }: Hop, secret: Uint8Array): boolean {
  if (signature === '') return false;
  return timingSafeEqual(Buffer.from(sign(facts, secret)), Buffer.from(signature));
}

/** 128 bits, in 22 characters. */
function sign(facts: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(`hop\0${facts}`).digest().subarray(0, 16).toString('base64url');
}

const installationLength = 8;

/** A name for the installation that tells nothing about it. */
function installationOf(secret: Uint8Array): string {
  return createHmac('sha256', secret).update('hop installation').digest('base64url').slice(0, installationLength);
}
