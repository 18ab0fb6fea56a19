import { readFile } from 'node:fs/promises';
import { type Route, routesSchema } from '../../shared/contracts/route.ts';
import { matchesAddress } from '../../shared/mail/address.ts';
import { UsageError } from './command.ts';

/**
 * The line in the body that names the recipients, as the route of the address wants it; absent when the route takes
 * its recipients from elsewhere.
 * @throws UsageError when the route reads recipients from the body and there are none, or the other way round
 */
export async function recipientLine(
  routesPath: string,
  to: string,
  recipients: readonly string[],
): Promise<string | undefined> {
  const routes: readonly Route[] = routesSchema.parse(JSON.parse(await readFile(routesPath, 'utf8')));
  const route = routes.find(({ address }) => matchesAddress(address, to));
  if (route === undefined) {
    throw new UsageError(
      `--to ${to}: no route has this address; there are ${routes.map((one) => one.address).join(', ')}`,
    );
  }
  if (route.recipients.from === 'body') {
    if (recipients.length === 0)
      throw new UsageError('--recipients is needed: whom the mail is for, separated by commas');
    return `${route.recipients.marker}${recipients.join(',')}${route.recipients.marker}`;
  }
  if (recipients.length > 0) {
    throw new UsageError(`--recipients has no effect: the route "${route.id}" takes its recipients from elsewhere`);
  }
  return undefined;
}
