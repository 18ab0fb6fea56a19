import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { listen } from '../../../infra/local/listen.ts';
import { lockDataFolder } from '../../../shared/adapters/local/data-folder-lock.ts';
import { PermanentMailError } from '../../../shared/errors/mail-error.ts';
import type { LocalConfig } from '../../../shared/runtime/local-config.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('start');

/** Nothing runs: whether a start would succeed. The lock and the ports are taken for a moment and given back. */
export async function checkStart(config: LocalConfig, now: Date): Promise<readonly Finding[]> {
  const { dataFolder, bind } = config;
  const findings: Finding[] = [
    say.warning(
      'Lightermail',
      `does not run on ${dataFolder}`,
      'start it with "npm start", or set LIGHTERMAIL_DATA to the folder of the one that runs',
    ),
  ];
  const ports = [
    ['SMTP port', 'LIGHTERMAIL_SMTP_PORT', config.smtpPort],
    ['web port', 'LIGHTERMAIL_HTTP_PORT', config.httpPort],
  ] as const;
  for (const [subject, setting, port] of ports) {
    const fault = await faultOf(async () => {
      const { servers } = await listen(() => createServer(), { setting, bind, port });
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    });
    if (fault !== undefined) findings.push(say.error(subject, fault, 'choose another port, or stop who has it'));
  }
  // Where nothing has ever run there is no lock, and none is left behind.
  if ((await stat(join(dataFolder, 'lock.db')).catch(() => undefined)) === undefined) return findings;
  const fault = await faultOf(async () => lockDataFolder(dataFolder, now).release());
  return fault === undefined ? findings : [...findings, say.error(dataFolder, fault, 'stop that process')];
}

/** What a setting is refused with; other errors go on. */
async function faultOf(attempt: () => Promise<void>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof PermanentMailError) return error.message;
    throw error;
  }
}
