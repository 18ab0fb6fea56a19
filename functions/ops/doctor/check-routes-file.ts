import { readIfPresent } from '../../../infra/local/private-file.ts';
import { openRoutesFile } from '../../../infra/local/routes-file.ts';
import type { Route } from '../../../shared/contracts/route.ts';
import { PermanentMailError } from '../../../shared/errors/mail-error.ts';
import type { LocalConfig } from '../../../shared/runtime/local-config.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('routes');
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Whether the routes file is right, and asks for nothing that is not set. */
export async function checkRoutesFile(config: LocalConfig): Promise<readonly Finding[]> {
  const { routesPath: path, routesGiven, clamd } = config;
  if (!routesGiven && (await readIfPresent(path)) === undefined) return [say.ok(path, 'is written at the first start')];
  try {
    const routes = await readLocalRoutes(config);
    const unscanned = routes.filter(({ scan }) => scan.verdict === 'required' && clamd === undefined);
    return [
      say.ok(path, `holds ${routes.length} ${routes.length === 1 ? 'route' : 'routes'}`),
      ...unscanned.map(({ id }) =>
        say.error(
          `route ${id}`,
          'wants a scanner’s verdict, and there is none: no file is ever given',
          'set LIGHTERMAIL_CLAMD',
        ),
      ),
    ];
  } catch (error) {
    if (!(error instanceof PermanentMailError)) throw error;
    return error.message
      .split('\n')
      .map((line) => say.error(path, line, 'correct it; the running Lightermail keeps the last good routes'));
  }
}

/** The routes as a start would take them. @throws PermanentMailError `ERR_SETTING` when they are not right */
export async function readLocalRoutes({ routesPath: path, isLoopback }: LocalConfig): Promise<readonly Route[]> {
  const source = await openRoutesFile({ path, makeWhenAbsent: false, refuseOpenRoutes: !isLoopback, log: quiet });
  return source.routes();
}
