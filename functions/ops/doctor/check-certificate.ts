import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfPresent } from '../../../infra/local/private-file.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('certificate');
const schema = z.object({ cert: z.string() });
const dayMs = 86_400_000;
/** A start renews it when it has less. */
const renewDays = 60;

/** Whether the certificate for STARTTLS holds. */
export async function checkCertificate(dataFolder: string, now: Date): Promise<readonly Finding[]> {
  const text = await readIfPresent(join(dataFolder, 'smtp-tls.json'));
  if (text === undefined) return [say.ok('STARTTLS certificate', 'is made at the first start')];
  const validTo = readEnd(text);
  if (validTo === undefined)
    return [say.error('STARTTLS certificate', 'cannot be read', 'start Lightermail again: it makes a new one')];
  const days = Math.floor((validTo.getTime() - now.getTime()) / dayMs);
  if (days < 0) return [say.error('STARTTLS certificate', 'has ended', 'start Lightermail again: it makes a new one')];
  if (days < renewDays)
    return [say.warning('STARTTLS certificate', `ends in ${days} days`, 'start Lightermail again: it makes a new one')];
  return [say.ok('STARTTLS certificate', `holds until ${validTo.toISOString().slice(0, 10)}`)];
}

function readEnd(text: string): Date | undefined {
  try {
    return new Date(new X509Certificate(schema.parse(JSON.parse(text)).cert).validTo);
  } catch {
    return undefined;
  }
}
