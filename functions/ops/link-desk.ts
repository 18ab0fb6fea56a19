import { userInfo } from 'node:os';
import { z } from 'zod';
import type { LinkDesk } from '../../shared/links/link-desk.ts';
import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { readLocalConfig } from '../../shared/runtime/local-config.ts';
import type { CommandContext } from './command.ts';
import { httpLinkDesk } from './http-link-desk.ts';
import { findRunning, notRunning } from './running.ts';

/**
 * The desk that a verb works at: that of the runtime that is up on the data folder, or, where the environment names a
 * table, the one on AWS, with the settings of its functions.
 * @throws Error with what to do when there is neither
 */
export async function openLinkDesk({ environment }: CommandContext): Promise<LinkDesk> {
  if (environment.LIGHTERMAIL_TABLE !== undefined) {
    const { awsPlatform } = await import('../../shared/runtime/aws-platform.ts');
    const { linkDeskOf } = await import('../../shared/links/link-desk-of.ts');
    return linkDeskOf(awsPlatform(readAwsConfig(environment)));
  }
  const config = readLocalConfig(environment);
  const running = await findRunning(config);
  if (running === undefined) throw new Error(notRunning(config));
  return httpLinkDesk(running.endpoints.http, config.consoleToken);
}

/** Who works here, for the record. */
export function whoAmI(): string {
  const name = z.string().min(1).safeParse(userInfo().username);
  return name.success ? name.data : 'command';
}
