import { isAddress } from '../../../shared/mail/address.ts';
import { UsageError } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { parseOptions } from '../parse-options.ts';

export interface DoctorOptions {
  readonly json: boolean;
  readonly stack?: string;
  readonly canary?: {
    readonly to: string;
    readonly from?: string;
    readonly routeId?: string;
    readonly limitMs: number;
  };
}

const options = {
  json: { type: 'boolean', default: false },
  stack: { type: 'string' },
  'send-canary': { type: 'boolean', default: false },
  to: { type: 'string' },
  from: { type: 'string' },
  route: { type: 'string' },
  wait: { type: 'string', default: '5m' },
} as const;

/** @throws UsageError with what is not known, or lacks its value */
export function parseDoctorOptions(args: readonly string[]): DoctorOptions {
  const given = parseOptions(args, options);
  const { json, stack } = given;
  const canary = given['send-canary'] ? toCanary(given) : undefined;
  if (canary === undefined && (given.to ?? given.from ?? given.route) !== undefined) {
    throw new UsageError('--to, --from and --route go with --send-canary');
  }
  return { json, ...(stack === undefined ? {} : { stack }), ...(canary === undefined ? {} : { canary }) };
}

function toCanary({ to, from, route, wait }: ReturnType<typeof parseOptions<typeof options>>) {
  if (to === undefined) throw new UsageError('--send-canary needs --to: the recipient that the canary is given');
  for (const [name, address] of Object.entries({ to, from })) {
    if (address !== undefined && !isAddress(address)) throw new UsageError(`--${name} is not an e-mail address`);
  }
  return {
    ...{ to, limitMs: parseDuration('--wait', wait) * 1000 },
    ...(from === undefined ? {} : { from }),
    ...(route === undefined ? {} : { routeId: route }),
  };
}
