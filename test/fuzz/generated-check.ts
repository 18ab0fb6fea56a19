import fc from 'fast-check';
import { chunkSizes, type GeneratedMail, generatedMail, leavesOf, writeMail } from '../fixtures/mail/generated-mail.ts';
import { sha256 } from '../fixtures/mail/parse-mail.ts';
import type { Checked } from './check-mail.ts';
import { readMail } from './read-mail.ts';

/** One generated mail, and how it is cut. */
export interface GeneratedCase {
  readonly mail: GeneratedMail;
  readonly sizes: readonly number[];
}

/** The same cases for the same seed. */
export function generatedCases(count: number, seed: number): GeneratedCase[] {
  return fc.sample(fc.record({ mail: generatedMail, sizes: chunkSizes }), { numRuns: count, seed });
}

/** Writes a mail, reads it, and looks for every leaf by its part number, name and SHA-256. */
export async function checkGenerated({ mail, sizes }: GeneratedCase): Promise<Checked> {
  const started = performance.now();
  const reading = await readMail(writeMail(mail), sizes);
  const ms = performance.now() - started;
  if (reading.end !== 'read') {
    return { end: reading.end, problems: [reading.end === 'refused' ? reading.code : reading.fault], ms };
  }
  const found = new Map(reading.files.map(({ head, bytes }) => [head.path, `${head.fileName} ${sha256(bytes)}`]));
  const leaves = leavesOf(mail.root);
  const lost = leaves.filter(({ path, leaf }) => found.get(path) !== `${leaf.fileName} ${sha256(leaf.bytes)}`);
  const problems = lost.map(({ path, leaf }) => `part ${path} (${leaf.encoding}) is not found again`);
  if (found.size !== leaves.length) problems.push(`${found.size} files of ${leaves.length} leaves`);
  return { end: `${leaves.length} leaves`, problems, ms };
}
