import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { type Route, routesSchema } from '../../contracts/route.ts';
import { PermanentMailError } from '../../errors/mail-error.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Clock, RouteSource } from '../../ports/platform.ts';
import { toAwsMailError } from './aws-errors.ts';

/** A changed route is in force within a minute, and a busy function still asks SSM only once in that time. */
const freshMs = 60_000;

export interface SsmRouteSourceOptions {
  readonly client: SSMClient;
  /** Holds the routes as JSON; a SecureString when markers are secret. */
  readonly parameterName: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Routes from an SSM parameter. A later reading that fails, or that holds something else than routes, is logged, and
 * the last good routes stay in force.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export function createSsmRouteSource(options: SsmRouteSourceOptions): RouteSource {
  const { clock, log } = options;
  let good: readonly Route[] | undefined;
  let readAtMs = 0;
  let reading: Promise<readonly Route[]> | undefined;

  const reread = async (): Promise<readonly Route[]> => {
    try {
      good = await readRoutes(options);
    } catch (error) {
      if (good === undefined) throw error;
      log.error('the routes could not be read again: the last good ones stay in force', error);
    } finally {
      reading = undefined;
    }
    readAtMs = clock.now().getTime();
    return good;
  };
  return {
    async routes() {
      if (good !== undefined && clock.now().getTime() - readAtMs < freshMs) return good;
      reading ??= reread();
      return reading;
    },
  };
}

async function readRoutes({ client, parameterName }: SsmRouteSourceOptions): Promise<readonly Route[]> {
  const text = await readParameter(client, parameterName);
  const parsed = routesSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  // Paths and rules only: the values hold addresses and markers.
  const faults = parsed.error.issues.map((issue) => issue.path.map(String).join('.') || '(whole)');
  const where = [...new Set(faults)].slice(0, 10).join(', ');
  throw new PermanentMailError('ERR_SETTING', `the routes parameter does not hold valid routes; look at: ${where}`);
}

async function readParameter(client: SSMClient, name: string): Promise<string> {
  try {
    const answer = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return answer.Parameter?.Value ?? '';
  } catch (error) {
    throw toAwsMailError(error, 'ssm GetParameter', 'ERR_STORE_UNAVAILABLE');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
