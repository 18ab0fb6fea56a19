import type { Route } from '../../shared/contracts/route.ts';
import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import { domainOf, matchesAddress } from '../../shared/mail/address.ts';
import { type RawSettings, settingFaults } from '../../shared/runtime/settings.ts';
import { readAwsRoutes } from './aws-routes.ts';
import { type ContextSettings, contextSchema } from './context-schema.ts';
import { deviceFaults } from './device-faults.ts';
import { certificateFaults, domainFaults } from './domain-faults.ts';
import { mailFromOf } from './domain-names.ts';
import { receivingFaults } from './receiving-regions.ts';
import { relations } from './setting-relations.ts';
import { webhookFaults } from './webhook-faults.ts';

/** The settings of a deployment, checked. */
export interface AwsSettings extends Omit<ContextSettings, (typeof routeSettings)[number]> {
  readonly routes: readonly Route[];
  /** The routes as the functions read them, at most 8 KB. */
  readonly routesJson: string;
  /** The domain of every monitored address: mail for it comes to SES. Lower case. */
  readonly monitoredDomains: readonly string[];
  /** What SES must have verified to receive: `monitoredDomains`, and `domain`. */
  readonly receivingDomains: readonly string[];
  /** The domain that bounces go to, where the identity of `domain` is made. */
  readonly mailFromDomain: string | undefined;
  /** The longest `retentionDays` of any route: how long files are kept. */
  readonly retentionDays: number;
}

const routeSettings = [
  'routes',
  'recipient',
  'sender',
  'allowedSenders',
  'linkExpirySeconds',
  'retentionDays',
] as const;

/**
 * Reads the settings of a deployment from its context; an empty text counts as not set.
 * @param homeRegion the region that is deployed to, when it is known
 * @throws PermanentMailError `ERR_SETTING`: one line for each fault, with the setting's name, its value and what is allowed
 */
export function readAwsSettings(raw: RawSettings, homeRegion?: string): AwsSettings {
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = contextSchema.safeParse(given);
  const faults = [
    ...(parsed.success ? [] : settingFaults(parsed.error, given)),
    ...relations.flatMap((relation) => relation(given) ?? []),
  ];
  if (!parsed.success || faults.length > 0) throw settingError(faults);
  const reading = readAwsRoutes(parsed.data);
  if ('faults' in reading) throw settingError(reading.faults);
  const late = [
    ...loopFaults(parsed.data, reading.routes),
    ...domainFaults(parsed.data, reading.routes),
    ...deviceFaults(parsed.data, reading.routes),
    ...receivingFaults(parsed.data.sesRegion, homeRegion),
    ...keyFaults(parsed.data.kmsKeyArn, homeRegion),
    ...certificateFaults(parsed.data, homeRegion),
    ...webhookFaults(parsed.data, homeRegion),
  ];
  if (late.length > 0) throw settingError(late);
  return toSettings(parsed.data, reading.routes, reading.json);
}

function settingError(faults: readonly string[]): PermanentMailError {
  return new PermanentMailError('ERR_SETTING', faults.join('\n'));
}

function toSettings(context: ContextSettings, routes: readonly Route[], routesJson: string): AwsSettings {
  const monitoredDomains = [...new Set(routes.map((route) => domainOf(route.address)))];
  return {
    ...context,
    routes,
    routesJson,
    monitoredDomains,
    receivingDomains: [...new Set([...monitoredDomains, ...(context.domain ? [context.domain] : [])])],
    mailFromDomain: mailFromOf(context),
    retentionDays: Math.max(...routes.map((route) => route.retentionDays)),
  };
}

/** A notice to a monitored address would be a new mail there, which can cause a new notice. */
function loopFaults(context: ContextSettings, routes: readonly Route[]): string[] {
  return (['alarmEmail', 'fallbackEmail', 'arrivalEmail', 'processedEmail'] as const).flatMap((name) => {
    const email = context[name];
    if (email === undefined || !routes.some((route) => matchesAddress(route.address, email))) return [];
    return [`${name} is ${JSON.stringify(email)}: must not be a monitored address: every notice would be a new mail`];
  });
}

/** A key encrypts in its own region only. */
function keyFaults(kmsKeyArn: string | undefined, homeRegion: string | undefined): string[] {
  const region = kmsKeyArn?.split(':')[3];
  if (region === undefined || homeRegion === undefined || region === homeRegion) return [];
  return [`kmsKeyArn is ${JSON.stringify(kmsKeyArn)}: must be a key in the deployment's own region ${homeRegion}`];
}
