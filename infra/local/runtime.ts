import { mkdir } from 'node:fs/promises';
import { consoleApp } from '../../functions/console/handler.ts';
import { linkGateway } from '../../functions/link-gateway/handler.ts';
import { type LocalStores, openLocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Clock, Platform } from '../../shared/ports/platform.ts';
import type { Topic } from '../../shared/ports/topic.ts';
import { createIds, systemClock } from '../../shared/runtime/ids.ts';
import type { LocalConfig } from '../../shared/runtime/local-config.ts';
import { localPlatform } from '../../shared/runtime/local-platform.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { createMetricCounts, type MetricCounts } from '../../shared/runtime/metric-counts.ts';
import { alarms as alarmTopology, gapAlarm } from '../topology.ts';
import { createAlarmWatcher } from './alarm-watcher.ts';
import { type ChangeSignal, createChangeSignal, telling } from './change-feed.ts';
import { type Closers, closeAll } from './closers.ts';
import { consoleParts } from './console-parts.ts';
import { type Endpoints, removeEndpoints, writeEndpoints } from './endpoints-file.ts';
import { startEventSimulator } from './event-simulator.ts';
import { type HttpInlet, startHttp } from './http.ts';
import { openKeptPort } from './kept-port.ts';
import { openLinkSecret } from './link-secret.ts';
import { measureAlarm } from './measure-alarm.ts';
import { type Outgoing, openOutgoing } from './outgoing.ts';
import { reachedAt, reachedHost } from './reached-at.ts';
import { openRoutesFile } from './routes-file.ts';
import { signedFiles, signingSecret } from './signed-files.ts';
import { openCertificate } from './smtp/certificate.ts';
import { type SmtpInlet, startSmtpInlet } from './smtp/smtp-inlet.ts';
import { startWorkers } from './workers.ts';

export interface LocalRuntime {
  readonly endpoints: Endpoints;
  readonly platform: Platform;
  readonly stores: LocalStores;
  readonly outgoing: Outgoing['kind'];
  /** Takes nothing more, lets what is in work finish for up to `graceMs` (10 s), closes everything. */
  stop(graceMs?: number): Promise<void>;
}

export interface RuntimeOverrides {
  readonly clock?: Clock;
  readonly log?: Logger;
}

const defaultGraceMs = 10_000;
/** For a start that fails: work that had begun is local and short. */
const failedStartGraceMs = 2000;

/**
 * The whole system on one machine.
 * 1. The data folder is taken for this process, and the stores in it are opened.
 * 2. The web port is opened, since mailed links begin with it; it answers 503 for now.
 * 3. The platform is put together; queues get their handlers, the clock its jobs.
 * 4. The SMTP port is opened last: a mail is taken only when everything behind it works.
 * @throws PermanentMailError `ERR_SETTING` when a setting, the routes, a port or the data folder is not right; what
 *   had been opened is closed again
 */
export async function startLocalRuntime(config: LocalConfig, overrides: RuntimeOverrides = {}): Promise<LocalRuntime> {
  const closers: Closers = [];
  try {
    return await start(config, overrides, closers);
  } catch (error) {
    await closeAll(closers, failedStartGraceMs);
    throw error;
  }
}

async function start(config: LocalConfig, overrides: RuntimeOverrides, closers: Closers): Promise<LocalRuntime> {
  const clock = overrides.clock ?? systemClock;
  const log =
    overrides.log ??
    createLogger({
      service: 'lightermail',
      level: config.logLevel,
      format: process.stdout.isTTY === true ? 'text' : 'json',
    });
  const folder = await openFolder(config, clock, closers);
  const { stores } = folder;
  const routes = await openRoutesFile({
    path: config.routesPath,
    makeWhenAbsent: !config.routesGiven,
    refuseOpenRoutes: !config.isLoopback,
    log,
  });

  const http = await openHttp(config, log);
  closers.push((graceMs) => http.stop(graceMs));
  const reached = reachedAt(config, http.port);
  const publicUrl = config.publicUrl ?? reached;
  folder.signWith(publicUrl);

  const outgoing = await openOutgoing(config, stores.mailbox, log);
  closers.push(() => outgoing.close());
  const ids = createIds(clock);
  const { sender } = outgoing;
  const metrics = createMetricCounts();
  const platform = localPlatform(config, {
    stores,
    secrets: folder.secrets,
    sender,
    routes,
    clock,
    ids,
    log,
    metrics,
    publicUrl,
  });
  const changes = createChangeSignal();
  mountApps({ http, platform, stores, secret: folder.secret, changes, metrics, outgoing, closers });

  const smtp = await openSmtp(config, platform, telling(stores.topics.arrival, changes));
  closers.push((graceMs) => smtp.stop(graceMs));

  const endpoints = { smtp: { host: reachedHost(config), port: smtp.port }, http: reached, pid: process.pid };
  await writeEndpoints(config.dataFolder, endpoints);
  closers.push(() => removeEndpoints(config.dataFolder));
  let stopped: Promise<void> | undefined;
  return {
    endpoints,
    platform,
    stores,
    outgoing: outgoing.kind,
    stop(graceMs = defaultGraceMs) {
      stopped ??= closeAll(closers, graceMs);
      return stopped;
    },
  };
}

/** The data folder, taken for this process: its secrets and its stores. */
async function openFolder({ dataFolder }: LocalConfig, clock: Clock, closers: Closers) {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const secrets = await openLinkSecret(dataFolder);
  const secret = await signingSecret(secrets);
  let baseUrl = '';
  const stores = await openLocalStores({ dataFolder, clock, signing: { baseUrl: () => baseUrl, secret } });
  closers.push(() => stores.close());
  const signWith = (url: string) => {
    baseUrl = url;
  };
  return { secrets, secret, stores, signWith };
}

async function openSmtp(config: LocalConfig, platform: Platform, arrival: Topic): Promise<SmtpInlet> {
  const { raw, routes, clock, ids, log } = platform;
  const certificate = await openCertificate(config.dataFolder, clock.now());
  const { bind, isLoopback, smtpPort: port, smtpUsers: users, maxMailBytes } = config;
  return startSmtpInlet({
    raw,
    arrival,
    routes,
    clock,
    ids,
    log,
    certificate,
    bind,
    isLoopback,
    port,
    users,
    maxMailBytes,
  });
}

/** A free port that was picked before is picked again, so that links mailed since then still lead here. */
async function openHttp(config: LocalConfig, log: Logger): Promise<HttpInlet> {
  const open = (port: number) => startHttp({ ...config, port, log });
  if (config.httpPort !== 0) return open(config.httpPort);
  const kept = await openKeptPort(config.dataFolder);
  const http = await open(kept.port).catch((error: unknown) => {
    if (kept.port === 0) throw error;
    log.warn('the web port picked before is taken: links mailed until now do not lead here', { port: kept.port });
    return open(0);
  });
  await kept.keep(http.port);
  return http;
}

interface AppParts {
  readonly http: HttpInlet;
  readonly platform: Platform;
  readonly stores: LocalStores;
  readonly changes: ChangeSignal;
  readonly metrics: MetricCounts;
  readonly secret: Uint8Array;
  readonly outgoing: Outgoing;
  readonly closers: Closers;
}

/** Puts the console and the links on the web port and starts what works behind the queues. */
function mountApps({ http, platform, stores, changes, metrics, secret, outgoing, closers }: AppParts): void {
  const { clock, log } = platform;
  const alarms = createAlarmWatcher({
    alarms: [...alarmTopology(), gapAlarm],
    measure: (alarm) => measureAlarm(stores, alarm),
    clock,
    topic: telling(stores.topics.alarms, changes),
    log,
  });
  const closing = new AbortController();
  const showsMailbox = outgoing.kind === 'mailbox';
  http.mount({
    console: consoleApp(
      consoleParts({
        platform,
        stores,
        alarms: alarms.standings,
        changes,
        metrics,
        closing: closing.signal,
        showsMailbox,
      }),
    ),
    links: linkGateway(platform),
    signed: signedFiles({ buckets: Object.values(stores.buckets), secret, clock }),
  });
  if (showsMailbox)
    closers.push(startEventSimulator({ mailbox: stores.mailbox, topic: stores.topics['ses-events'], clock }));
  const workers = startWorkers({ platform, stores, alarms, onBatch: changes.changed });
  closers.push((graceMs) => workers.stop(graceMs));
  closers.push(() => closing.abort());
}
