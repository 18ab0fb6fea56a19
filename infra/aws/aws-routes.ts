import { readFileSync } from 'node:fs';
import { type Route, routesSchema } from '../../shared/contracts/route.ts';
import { domainOf } from '../../shared/mail/address.ts';
import { settingFaults } from '../../shared/runtime/settings.ts';
import type { ContextSettings } from './context-schema.ts';

/** The routes of a deployment, or what is wrong with them: one line each. */
export type RoutesReading =
  | { readonly routes: readonly Route[]; readonly json: string }
  | { readonly faults: string[] };

/** An SSM parameter of the advanced tier holds 8 KB. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const mostParameterBytes = 8192;

/**
 * The routes that a deployment asks for: those of its routes file, or the one made of its settings.
 * On AWS anyone can mail the monitored address, so `allowedSenders` must be set and `requireAuth` is `aligned` unless
 * the route says otherwise.
 */
export function readAwsRoutes(settings: ContextSettings): RoutesReading {
  const source = settings.routes === undefined ? { value: [routeOf(settings)] } : readRoutesFile(settings.routes);
  if ('faults' in source) return source;
  const asked = withAwsDefaults(source.value);
  const parsed = routesSchema.safeParse(asked);
  if (!parsed.success) {
    const isFile = settings.routes !== undefined;
    return {
      faults: settingFaults(parsed.error, asked as never).map((line) =>
        isFile ? `routes.${line}` : line.replace(/^0\./, ''),
      ),
    };
  }
  const json = JSON.stringify(asked);
  const faults = [...routeFaults(parsed.data), ...scanFaults(settings, parsed.data), ...sizeFaults(json)];
  return faults.length > 0 ? { faults } : { routes: parsed.data, json };
}

function routeOf(settings: ContextSettings): unknown {
  const { recipient, sender, allowedSenders, linkExpirySeconds, retentionDays } = settings;
  return { id: 'default', address: recipient, identity: sender, allowedSenders, linkExpirySeconds, retentionDays };
}

function readRoutesFile(path: string): { value: unknown } | { faults: string[] } {
  try {
    return { value: JSON.parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'the file is not JSON' : 'the file cannot be read';
    return {
      faults: [`routes is ${JSON.stringify(path)}: must be the path of a JSON file with a list of routes (${reason})`],
    };
  }
}

function withAwsDefaults(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((route: unknown) =>
    typeof route === 'object' && route !== null ? { requireAuth: 'aligned', ...route } : route,
  );
}

function routeFaults(routes: readonly Route[]): string[] {
  return routes.flatMap((route, index) => [
    ...(route.allowedSenders === undefined || route.allowedSenders.length === 0
      ? [
          `routes.${index}.allowedSenders is not set: must be a list of addresses or *@domain: on AWS anyone can mail the address`,
        ]
      : []),
    ...overlapFaults(route, index, routes),
  ]);
}

/** SES hands a mail to every receipt rule that matches it: under two of them it would be relayed twice. */
function overlapFaults(route: Route, index: number, routes: readonly Route[]): string[] {
  const isExact = !route.address.startsWith('*@');
  const wide = routes.find(
    (other) => other.address.startsWith('*@') && domainOf(other.address) === domainOf(route.address),
  );
  if (!isExact || wide === undefined) return [];
  return [
    `routes.${index}.address is ${JSON.stringify(route.address)}: must not lie within ${wide.address} of route ${wide.id}: SES would hand its mail to both`,
  ];
}

/** Without a scanner its links would wait for a verdict for ever. */
function scanFaults({ malwareProtection }: ContextSettings, routes: readonly Route[]): string[] {
  if (malwareProtection) return [];
  return routes.flatMap(({ scan }, index) =>
    scan.verdict === 'required'
      ? [`routes.${index}.scan.verdict is "required": must be off without malwareProtection, which tells the verdicts`]
      : [],
  );
}

function sizeFaults(json: string): string[] {
  const sizeBytes = Buffer.byteLength(json);
  if (sizeBytes <= mostParameterBytes) return [];
  return [`routes is ${sizeBytes} bytes of JSON: must be at most ${mostParameterBytes}, what an SSM parameter holds`];
}
