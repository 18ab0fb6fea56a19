import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The folder of mails collected elsewhere; without it only what stands in the project is tested. */
export const corpusFolder: string | undefined = process.env.LIGHTERMAIL_CORPUS;

/** What a test without the corpus says. */
export const noCorpus = 'LIGHTERMAIL_CORPUS is not set: the mails collected elsewhere were not tested';

/** All files under a folder of the corpus, by their path in it, in order. */
export function corpusFiles(folder: string, matches: (path: string) => boolean): string[] {
  const root = join(corpusFolder ?? '', folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter(matches)
    .sort();
}

export function readCorpus(folder: string, path: string): Buffer {
  return readFileSync(join(corpusFolder ?? '', folder, path));
}
