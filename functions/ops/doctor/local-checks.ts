import type { Clock } from '../../../shared/ports/platform.ts';
import type { LocalConfig } from '../../../shared/runtime/local-config.ts';
import { findRunning, type Running } from '../running.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkClamd } from './check-clamd.ts';
import { checkDataFolder } from './check-data-folder.ts';
import { checkNode } from './check-node.ts';
import { checkPublicUrl } from './check-public-url.ts';
import { checkRelay } from './check-relay.ts';
import { checkRoutesFile } from './check-routes-file.ts';
import { checkRuntime } from './check-runtime.ts';
import { checkRuntimeState } from './check-runtime-state.ts';
import { checkSmtpInlet } from './check-smtp-inlet.ts';
import { checkStart } from './check-start.ts';
import type { Check, Finding } from './finding.ts';

/** Everything that is looked at on one machine, in the order in which it is needed. */
export async function localChecks(config: LocalConfig, clock: Clock): Promise<readonly Check[]> {
  const running = await findRunning(config);
  const machine = check('This machine');
  return [
    machine('node', async () => checkNode(process.versions.node)),
    machine('data-folder', () => checkDataFolder(config.dataFolder)),
    machine('certificate', () => checkCertificate(config.dataFolder, clock.now())),
    check('Routes')('routes', () => checkRoutesFile(config)),
    ...(running === undefined
      ? [check('Runtime')('start', () => checkStart(config, clock.now()))]
      : runningChecks(config, running)),
    ...outsideChecks(config),
  ];
}

function runningChecks(config: LocalConfig, running: Running): readonly Check[] {
  const runtime = check('Runtime');
  return [
    runtime('runtime', () => checkRuntime(running)),
    runtime('smtp', () => checkSmtpInlet(config, running.endpoints.smtp)),
    check('State')('state', () => checkRuntimeState(running)),
  ];
}

function outsideChecks(config: LocalConfig): readonly Check[] {
  const outside = check('Outside');
  const { smtpRelay: relay, clamd } = config;
  return [
    outside('public-url', () => checkPublicUrl(config)),
    ...(relay === undefined ? [] : [outside('smtp-relay', () => checkRelay(relay))]),
    ...(clamd === undefined ? [] : [outside('clamd', () => checkClamd(clamd))]),
  ];
}

const check = (group: string) => (name: string, run: () => Promise<readonly Finding[]>) => ({ name, group, run });
