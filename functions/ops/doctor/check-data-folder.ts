import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { hasCode } from '../../../infra/local/private-file.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('data-folder');
const mebibyte = 1_048_576;
/** A few of the largest mails, each of them stored raw, in parts and as it is sent. */
const leastMebibytes = 500;
const fewMebibytes = 5_000;
const othersMay = 0o077;

/** Whether the data folder can be written, has room, and is nobody else's to read. */
export async function checkDataFolder(path: string): Promise<readonly Finding[]> {
  try {
    const { mode } = await stat(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(path);
    const freeMebibytes = Math.floor((bavail * bsize) / mebibyte);
    const findings = [judgeRoom(path, freeMebibytes)];
    if ((mode & othersMay) === 0) return findings;
    return [...findings, say.warning(path, 'others on this machine may look into it', `chmod 700 ${path}`)];
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [say.ok(path, 'is made at the first start')];
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) {
      return [
        say.error(path, 'may not be written', 'give it to the user that runs Lightermail, or set LIGHTERMAIL_DATA'),
      ];
    }
    throw error;
  }
}

function judgeRoom(path: string, freeMebibytes: number): Finding {
  const finding = `${freeMebibytes} MB free`;
  if (freeMebibytes < leastMebibytes)
    return say.error(
      path,
      `only ${finding}: mail is soon refused`,
      'make room, or set LIGHTERMAIL_DATA to a larger disk',
    );
  if (freeMebibytes < fewMebibytes) return say.warning(path, finding, 'keep an eye on it');
  return say.ok(path, `can be written, ${finding}`);
}
