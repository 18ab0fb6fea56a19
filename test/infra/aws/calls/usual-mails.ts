import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { identity } from '../../../aws/mails.ts';
import type { FunctionLab } from './function-lab.ts';
import { withEmailId, withFiles } from './made-mail.ts';
import { ask, follow, linkTokens } from './visitor.ts';

/** One route as most installations have it: recipients in the body, links that lead to the gateway. */
export const usualRoutes = [
  {
    id: 'default',
    address: 'capture@in.example.com',
    identity,
    allowedSenders: ['*@example.com'],
    requireAuth: 'none',
  },
];

const kilobyte = 1000;
const ann = 'ann@example.com';
const three = [ann, 'ben@example.com', 'cleo@example.com'];

/** Ten mails as they are usual: most have a file or two and one recipient, and one names nobody. */
const usualMails: readonly { readonly to: readonly string[]; readonly files: number; readonly bytes: number }[] = [
  ...Array.from({ length: 6 }, () => ({ to: [ann], files: 1, bytes: 200 * kilobyte })),
  ...Array.from({ length: 2 }, () => ({ to: three, files: 2, bytes: 500 * kilobyte })),
  { to: [ann], files: 0, bytes: 0 },
  { to: [], files: 1, bytes: 200 * kilobyte },
];

/** What came of the usual mails. */
export interface UsualRun {
  readonly mails: readonly Buffer[];
  readonly downloads: number;
}

/**
 * Takes the usual mails one after the other; every second email that has a link is opened, and one file of it fetched.
 * @param count only so many of them
 */
export async function takeUsualMails(lab: FunctionLab, count = usualMails.length): Promise<UsualRun> {
  const opened = readFileSync(resolve('events/ses-event/open.json'), 'utf8');
  const mails = usualMails
    .slice(0, count)
    .map(({ to, files, bytes }, index) =>
      Buffer.from(
        withFiles(
          to.length === 0
            ? `report ${index}`
            : `report ${index} :Email_Rxers_Code:[${to.join(', ')}]:Email_Rxers_Code:`,
          files,
          bytes,
        ),
      ),
    );
  let [downloads, linked] = [0, 0];
  for (const mail of mails) {
    const begun = lab.taken.length;
    await lab.arrive('default', mail);
    await lab.drain();
    for (const { mime, emailTags } of lab.taken.slice(begun)) {
      const [token] = await linkTokens(mime);
      if (token === undefined) continue;
      linked += 1;
      if (linked % 2 === 0) continue;
      await lab.queues.engagement.send([withEmailId(opened, emailTags.email_id ?? '')]);
      await download(lab, token);
      downloads += 1;
    }
    await lab.drain();
  }
  return { mails, downloads };
}

async function download(lab: FunctionLab, token: string): Promise<void> {
  await ask(lab, 'GET', `/f/${token}`);
  const pressed = await ask(lab, 'POST', `/f/${token}`);
  const given = await ask(lab, 'GET', `/f/${token}/${/d\/[\w-]+$/.exec(pressed.headers.location ?? '')?.[0]}`);
  await follow(given.headers.location ?? '');
}
