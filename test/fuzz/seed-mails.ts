import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import fc from 'fast-check';
import { generatedMail, writeMail } from '../fixtures/mail/generated-mail.ts';

const mailExtensions = new Set(['.eml', '.msg', '.raw', '']);

/** A larger one would spend the time on its bytes and not on its structure. */
const maxSeedBytes = 16 * 1024;
const generatedCount = 200;

/** The mails that are mutated: those of the project, generated ones, and a corpus when there is one. */
export function seedMails(corpusFolder: string | undefined): Buffer[] {
  const own = join(import.meta.dirname, '../../events/mail');
  const folders = corpusFolder === undefined ? [own] : [own, corpusFolder];
  const generated = fc.sample(generatedMail, { numRuns: generatedCount, seed: 7 }).map(writeMail);
  return [...folders.flatMap(mailsIn), ...generated];
}

function mailsIn(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && mailExtensions.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size <= maxSeedBytes)
    .toSorted()
    .map((file) => readFileSync(file));
}
