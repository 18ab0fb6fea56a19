import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readOrMakePrivateFile, replacePrivateFile } from '../private-file.ts';

/** PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const certificateSchema = z.object({ key: z.string().min(1), cert: z.string().min(1) });
const dayMs = 86_400_000;
const validDays = 3650;
/** Renewed this long before its end, so that a runtime that stays up for weeks does not outlive it. */
const renewDays = 60;

/**
 * The key and the self-signed certificate for STARTTLS, in `<data>/smtp-tls.json`, readable by its owner only.
 * Made at the first start, and again when damaged or near its end.
 */
export async function openCertificate(dataFolder: string, now: Date): Promise<Certificate> {
  const path = join(dataFolder, 'smtp-tls.json');
  const present = parse(await readOrMakePrivateFile(path, () => makeCertificate(now)));
  if (present !== undefined && validMs(present, now) > renewDays * dayMs) return present;
  const made = await makeCertificate(now);
  await replacePrivateFile(path, made);
  return certificateSchema.parse(JSON.parse(made));
}

/** The library is large and is needed once in ten years, so it is loaded only here. */
async function makeCertificate(now: Date): Promise<string> {
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - dayMs),
    notAfterDate: new Date(now.getTime() + validDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return JSON.stringify({ key: made.private, cert: made.cert });
}

function parse(text: string): Certificate | undefined {
  try {
    return certificateSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** How long a certificate still holds; 0 when it cannot be read. */
function validMs(certificate: Certificate, now: Date): number {
  try {
    return Date.parse(new X509Certificate(certificate.cert).validTo) - now.getTime();
  } catch {
    return 0;
  }
}
