import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLinkJob, toLinkJobBody } from '../../../shared/contracts/link-job.ts';

const folder = join(import.meta.dirname, '../../../events/guardduty');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const names = readdirSync(folder);

describe('parseLinkJob', () => {
  it.each([
    ['no-threats-found.json', 'NO_THREATS_FOUND'],
    ['threats-found.json', 'THREATS_FOUND'],
    ['unsupported.json', 'UNSUPPORTED'],
    ['access-denied.json', 'ACCESS_DENIED'],
  ])('reads the result of a scan by GuardDuty: %s', (name, status) => {
    expect(parseLinkJob(read(name))).toEqual({
      kind: 'verdict',
      bucket: 'lightermail-files-example',
      blobKey: 'files/mfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdf/1.2',
      etag: '9b2cf535f27731c974343645a3985328',
      status,
    });
  });

  it.each(names.filter((name) => name.startsWith('invalid-')))('refuses %s, and repeats nothing of it', (name) => {
    expect(() => parseLinkJob(read(name))).toThrow(
      expect.objectContaining({ code: 'ERR_BAD_JOB', message: 'the body is neither a link job nor a scan result' }),
    );
  });

  it.each([
    [''],
    ['null'],
    ['[]'],
    ['{"v":1,"kind":"scan","blobKey":"files/a","sha256":"zz"}'],
    ['{"v":2,"kind":"archive"}'],
  ])('refuses %j', (body) => {
    expect(() => parseLinkJob(body)).toThrow(expect.objectContaining({ code: 'ERR_BAD_JOB' }));
  });

  it('reads what it writes', () => {
    const job = { v: 1, kind: 'scan', blobKey: 'files/a', sha256: 'a'.repeat(64) } as const;

    expect(parseLinkJob(toLinkJobBody(job))).toEqual(job);
  });
});
