import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFiles, corpusFolder, noCorpus, readCorpus } from './corpus.ts';
import { differences } from './differences.ts';
import { mime4jLeaves, toOracleLeaf } from './mime4j.ts';
import { readOurParts } from './our-parts.ts';
import { fileDifferences } from './postal-mime.ts';
import { mime4jRulings, postalMimeRulings, ruledOn, stalwartRulings } from './rulings.ts';
import { stalwartLeaves } from './stalwart.ts';

if (corpusFolder === undefined) console.log(noCorpus);

const timeout = 120_000;

/** Reads each mail and gives what differs by its path; what agrees is left out. */
async function collect(paths: readonly string[], compare: (path: string) => Promise<readonly string[]>) {
  const found: Record<string, string> = {};
  for (const path of paths) {
    const differs = await compare(path);
    if (differs.length > 0) found[path] = differs.join(', ');
  }
  return found;
}

function report(name: string, count: number, found: Readonly<Record<string, string>>): void {
  console.log(`${name}: ${count} mails compared, ${Object.keys(found).length} differ, each by a ruling`);
}

describe.runIf(corpusFolder !== undefined)('the oracles, on part count, names and decoded bytes', () => {
  it('R8 stalwart agrees, or an RFC decides', { timeout }, async () => {
    const folder = 'stalwart-mail-parser/eml';
    const paths = corpusFiles(folder, (path) => path.endsWith('.eml'));
    const compare = async (path: string, isCrlf: boolean) => {
      const lf = readCorpus(folder, path).toString('latin1').replaceAll('\r\n', '\n');
      const raw = Buffer.from(isCrlf ? lf.replaceAll('\n', '\r\n') : lf, 'latin1');
      const account = readCorpus(folder, path.replace(/\.eml$/, isCrlf ? '.crlf.json' : '.json')).toString();
      return differences(raw, await readOurParts(raw), stalwartLeaves(account));
    };
    const found = await collect(paths, async (path) => {
      const lf = (await compare(path, false)).join(', ');
      const crlf = (await compare(path, true)).join(', ');
      if (lf === crlf) return lf === '' ? [] : [lf];
      return [lf && `${lf} (LF)`, crlf && `${crlf} (CRLF)`].filter((one) => one !== '');
    });
    report('stalwart', paths.length * 2, found);
    expect(paths.length).toBeGreaterThan(100);
    expect(found).toEqual(ruledOn(stalwartRulings));
  });

  it('R8 mime4j agrees, or an RFC decides', { timeout }, async () => {
    const folder = 'james-mime4j';
    const accountOf = (path: string) => path.replace(/\.msg$/, '_decoded.xml');
    const accounts = new Set(corpusFiles(folder, (path) => path.endsWith('_decoded.xml')));
    const paths = corpusFiles(folder, (path) => path.endsWith('.msg')).filter((path) => accounts.has(accountOf(path)));
    const found = await collect(paths, async (path) => {
      const raw = readCorpus(folder, path);
      const leaves = mime4jLeaves(readCorpus(folder, accountOf(path)).toString());
      const read = (file: string) => readCorpus(folder, `${dirname(path)}/${file}`);
      return differences(
        raw,
        await readOurParts(raw),
        leaves.map((leaf) => toOracleLeaf(leaf, read)),
      );
    });
    report('mime4j', paths.length, found);
    expect(paths.length).toBeGreaterThan(70);
    expect(found).toEqual(ruledOn(mime4jRulings));
  });

  it('R8 postal-mime finds the same attachments, or an RFC decides', { timeout }, async () => {
    const isMail = (path: string) =>
      /\.(?:eml|msg|raw|txt)$|\/m\d{4}$/.test(path) && !/^sisimai|_decoded_|README|LICENSE/.test(path);
    const paths = corpusFiles('', isMail);
    const found = await collect(paths, async (path) => {
      const raw = readCorpus('', path);
      return fileDifferences(raw, await readOurParts(raw));
    });
    report('postal-mime', paths.length, found);
    expect(paths.length).toBeGreaterThan(400);
    expect(found).toEqual(ruledOn(postalMimeRulings));
  });
});

describe('the oracles, on a mail of our own', () => {
  const raw = Buffer.from(
    [
      'From: a@example.org',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Grüße',
      '--b',
      'Content-Type: application/octet-stream; name=x.bin',
      'Content-Transfer-Encoding: base64',
      '',
      'AAEC',
      '--b--',
      '',
    ].join('\r\n'),
  );
  const text = { text: 'Grüße' };
  const file = { name: 'x.bin', bytes: Buffer.from([0, 1, 2]) };

  it('agree when they should, and tell every kind of difference', async () => {
    const ours = await readOurParts(raw);
    expect(differences(raw, ours, [text, file])).toEqual([]);
    expect(await fileDifferences(raw, ours)).toEqual([]);
    expect(differences(raw, ours, [text])).toEqual(['count 2/1']);
    const other = { name: 'y.bin', bytes: Buffer.from([0, 1]) };
    expect(differences(raw, ours, [{ text: 'Gruss' }, other])).toEqual(['text 1', 'name 2', 'bytes 2']);
    expect(differences(raw, { code: 'ERR_BOUNDARY' }, [text])).toEqual(['refused ERR_BOUNDARY']);
  });

  it('read accounts in XML, and refuse broken ones', () => {
    const part = (body: string) =>
      `<body-part><header><field>\nX: &lt;text-body&gt;</field></header>${body}</body-part>`;
    const xml = `<?xml version="1.0"?>\n<message><header></header><multipart><preamble><![CDATA[<text-body/>]]></preamble>${part('<text-body name="a_1.txt"/>')}${part('<message><text-body name="n"/></message>')}${part('<binary-body name="a_3.bin"></binary-body>')}</multipart></message>`;
    expect(mime4jLeaves(xml)).toEqual([
      { kind: 'text', file: 'a_1.txt' },
      { kind: 'message' },
      { kind: 'binary', file: 'a_3.bin' },
    ]);
    expect(() => mime4jLeaves('<message><header></message>')).toThrow('closes nothing');
    expect(() => mime4jLeaves('<message>')).toThrow('never closed');
  });

  it('rules name the paragraph that decides', () => {
    for (const { decidedBy, mails } of [...stalwartRulings, ...mime4jRulings, ...postalMimeRulings]) {
      expect(decidedBy).toMatch(/RFC \d{4} §\d/);
      expect(Object.keys(mails)).not.toEqual([]);
    }
  });
});
