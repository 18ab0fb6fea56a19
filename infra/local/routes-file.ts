import { readFile, stat } from 'node:fs/promises';
import { type Route, routesSchema } from '../../shared/contracts/route.ts';
import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { RouteSource } from '../../shared/ports/platform.ts';
import { settingFaults } from '../../shared/runtime/settings.ts';
import { hasCode, readOrMakePrivateFile } from './private-file.ts';

export interface RoutesFileOptions {
  readonly path: string;
  /** Writes the first routes when there is no file. */
  readonly makeWhenAbsent: boolean;
  /** Refuses a route that every sender may use: the ports can be reached from elsewhere. */
  readonly refuseOpenRoutes: boolean;
  readonly log: Logger;
}

/** What the first start writes: mail for one address, recipients from its body. */
export const firstRoutes = [
  {
    id: 'capture',
    address: 'capture@in.example.com',
    recipients: { from: 'body' },
    identity: 'notifications@example.com',
  },
];

/**
 * The routes of a JSON file, read again when the file has changed. An edit that is not right is logged and left
 * aside: the last good routes stay in force.
 * @throws PermanentMailError `ERR_SETTING` when the file is not right at the start
 */
export async function openRoutesFile(options: RoutesFileOptions): Promise<RouteSource> {
  const { path } = options;
  if (options.makeWhenAbsent) await readOrMakePrivateFile(path, () => `${JSON.stringify(firstRoutes, undefined, 2)}\n`);
  let version = await versionOf(path);
  let current = await readRoutes(options);

  return {
    async routes() {
      const found = await versionOf(path);
      if (found === version) return current;
      version = found;
      try {
        current = await readRoutes(options);
        options.log.info('routes read again', { routeCount: current.length });
      } catch (error) {
        if (!(error instanceof PermanentMailError)) throw error;
        options.log.warn(`the changed routes are not right, the last good ones stay in force: ${error.message}`);
      }
      return current;
    },
  };
}

/** Changes whenever the file does; empty when there is no file. */
async function versionOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}:${size}:${ino}`;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}

async function readRoutes(options: RoutesFileOptions): Promise<readonly Route[]> {
  const raw = parseJson(await readText(options.path));
  const parsed = routesSchema.safeParse(raw);
  if (!parsed.success) {
    throw new PermanentMailError(
      'ERR_SETTING',
      faultLines(settingFaults(parsed.error, raw as Record<string, unknown>)),
    );
  }
  const open = options.refuseOpenRoutes ? parsed.data.filter((route) => route.allowedSenders === undefined) : [];
  if (open.length > 0) {
    throw new PermanentMailError(
      'ERR_SETTING',
      faultLines(
        open.map(
          ({ id }) => `${id}.allowedSenders is not set: must be when LIGHTERMAIL_BIND is not a loopback address`,
        ),
      ),
    );
  }
  return parsed.data;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EISDIR', 'EACCES')) throw error;
    throw new PermanentMailError('ERR_SETTING', 'LIGHTERMAIL_ROUTES names a file that cannot be read', {
      cause: error,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PermanentMailError('ERR_SETTING', `routes: not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

function faultLines(faults: readonly string[]): string {
  return faults.map((fault) => `routes: ${fault}`).join('\n');
}
