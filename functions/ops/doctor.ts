import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import type { LocalConfig } from '../../shared/runtime/local-config.ts';
import { systemTimer } from '../../shared/runtime/system-timer.ts';
import type { Command, CommandContext } from './command.ts';
import { type DoctorOptions, parseDoctorOptions } from './doctor/doctor-options.ts';
import { findingsOf } from './doctor/finding.ts';
import { countLevels, printReport, toJsonReport } from './doctor/report.ts';
import { type CheckResult, runChecks } from './doctor/run-checks.ts';
import { stackEnvironment } from './open-desk.ts';

type Canary = NonNullable<DoctorOptions['canary']>;

/**
 * Looks for what is wrong, on AWS where the environment or `--stack` names a deployment, else on this machine, and says
 * what to do. Changes nothing; with `--send-canary` it sends one mail. Exit code 1 when an error was found.
 */
export const doctor: Command = async (args, context) => {
  const options = parseDoctorOptions(args);
  const isAws = options.stack !== undefined || context.environment.LIGHTERMAIL_TABLE !== undefined;
  const results = await faultsAsFindings(() => (isAws ? onAws : onThisMachine)(options, context));
  if (options.json) context.print(toJsonReport(isAws ? 'aws' : 'local', results));
  else printReport(results, context);
  return countLevels(results.flatMap(({ findings }) => findings)).error === 0 ? 0 : 1;
};

/** Wrong settings are what doctor is there to find: one finding for each line. */
async function faultsAsFindings(look: () => Promise<readonly CheckResult[]>): Promise<readonly CheckResult[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof PermanentMailError) || error.code !== 'ERR_SETTING') throw error;
    const say = findingsOf('settings');
    const findings = error.message
      .split('\n')
      .map((line) => say.error('settings', line, 'correct it in the environment'));
    return [{ group: 'Settings', findings }];
  }
}

async function onThisMachine({ canary }: DoctorOptions, context: CommandContext): Promise<readonly CheckResult[]> {
  const { readLocalConfig } = await import('../../shared/runtime/local-config.ts');
  const { systemClock } = await import('../../shared/runtime/ids.ts');
  const { localChecks } = await import('./doctor/local-checks.ts');
  const config = readLocalConfig(context.environment);
  const checks = localChecks(config, systemClock).then((all) => runChecks(all, systemTimer));
  return both(checks, canary && localCanary(config, canary, context));
}

async function localCanary(config: LocalConfig, asked: Canary, context: CommandContext): Promise<CheckResult> {
  const { findRunning } = await import('./running.ts');
  const { localCanaryPorts } = await import('./doctor/canary-ports.ts');
  const { readLocalRoutes } = await import('./doctor/check-routes-file.ts');
  const { runCanary } = await import('./doctor/canary-check.ts');
  const running = await findRunning(config);
  if (running !== undefined) {
    return runCanary(localCanaryPorts(config, running, context), () => readLocalRoutes(config), asked);
  }
  const say = findingsOf('canary');
  return { group: 'Canary', findings: [say.error('canary', 'nothing runs that would take it', 'npm start')] };
}

async function onAws(options: DoctorOptions, context: CommandContext): Promise<readonly CheckResult[]> {
  const { openDeployment } = await import('./doctor/open-deployment.ts');
  const { awsChecks } = await import('./doctor/aws-checks.ts');
  const { stack, canary } = options;
  const environment = stack === undefined ? context.environment : await stackEnvironment(stack, context);
  const { deployment, records } = await openDeployment(readAwsConfig(environment), stack);
  const checks = runChecks(awsChecks(deployment), systemTimer);
  if (canary === undefined) return checks;
  const { awsCanaryPorts } = await import('./doctor/canary-ports.ts');
  const { runCanary } = await import('./doctor/canary-check.ts');
  const ports = awsCanaryPorts(deployment.dns, records, context);
  return both(
    checks,
    runCanary(ports, () => deployment.routes(), canary),
  );
}

/** The canary flies while the checks look around. */
async function both(
  checks: Promise<readonly CheckResult[]>,
  canary: Promise<CheckResult> | undefined,
): Promise<readonly CheckResult[]> {
  const [results, flown] = await Promise.all([checks, canary]);
  return flown === undefined ? results : [...results, flown];
}
