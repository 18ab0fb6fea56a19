import { PermanentMailError } from '../errors/mail-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { Platform } from '../ports/platform.ts';
import type { AwsConfig } from './aws-config.ts';
import { once } from './aws-ports/once.ts';
import type { PortMakers, PortName } from './aws-ports/port-makers.ts';
import { toAwsSettings } from './aws-settings.ts';
import { createEmfMetrics } from './emf-metrics.ts';
import { createIds, systemClock } from './ids.ts';
import { createLogger } from './logger.ts';

const portNames = {
  raw: true,
  files: true,
  inboundQueue: true,
  outboundQueue: true,
  engagementQueue: true,
  linkQueue: true,
  fallbackTopic: true,
  emailEvents: true,
  processedMails: true,
  store: true,
  sender: true,
  parser: true,
  composer: true,
  routes: true,
  secrets: true,
} satisfies Record<PortName, true>;

/** Ports that a platform may lack: a function that was not given one does without. */
const mayLack: ReadonlySet<PortName> = new Set(['emailEvents', 'processedMails', 'linkQueue']);

/**
 * The ports that one function uses. Each is built when it is first asked for and then kept, so that a function opens
 * only the clients that it needs; build the platform once, when the function is initialised. A port that was not named
 * is refused when it is asked for: `PermanentMailError` `ERR_SETTING`.
 * @param config what `readAwsConfig` gave
 * @param makers how to make each port that the function uses
 */
export function awsFunctionPlatform(
  config: AwsConfig,
  makers: PortMakers,
  log: Logger = createLogger({ service: 'lightermail' }),
): Platform {
  const clock = systemClock;
  const context = { config, log, clock };
  const metrics = createEmfMetrics({ namespace: config.LIGHTERMAIL_METRICS_NAMESPACE, clock });
  const always = { clock, ids: createIds(clock), log, metrics, settings: toAwsSettings(config) };
  const ports = Object.keys(portNames).map((name) => {
    const get = once(() => make(name as PortName));
    return [name, { get, enumerable: true }] as const;
  });
  return Object.defineProperties(always, Object.fromEntries(ports)) as typeof always & Pick<Platform, PortName>;

  function make(name: PortName): unknown {
    const maker = makers[name];
    if (maker === undefined && mayLack.has(name)) return undefined;
    if (maker === undefined)
      throw new PermanentMailError('ERR_SETTING', `this function was not given the port ${name}`);
    return maker(context);
  }
}
