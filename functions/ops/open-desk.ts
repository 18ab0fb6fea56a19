import type { Platform } from '../../shared/ports/platform.ts';
import { type AwsConfig, readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { readLocalConfig } from '../../shared/runtime/local-config.ts';
import type { RawSettings } from '../../shared/runtime/settings.ts';
import { type CallConsole, consoleCaller } from './call-console.ts';
import { type CommandContext, UsageError } from './command.ts';
import { findRunning, notRunning } from './running.ts';

/** How a desk is made on either side. */
export interface DeskMakers<Desk> {
  readonly local: (call: CallConsole) => Desk | Promise<Desk>;
  readonly aws: (platform: Platform, config: AwsConfig) => Desk | Promise<Desk>;
}

/** What the functions of a stack are set to; what this environment says of AWS itself stays. */
export async function stackEnvironment(stackName: string, { environment }: CommandContext): Promise<RawSettings> {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) {
    throw new UsageError('--stack is the name of a CloudFormation stack such as Lightermail-Pipeline');
  }
  const { awsStackEnvironment } = await import('../../shared/runtime/aws-facts.ts');
  return { ...environment, ...(await awsStackEnvironment(stackName)) };
}

/**
 * The desk that a verb works at: on AWS where the environment, or a stack, names a table, with the settings of its functions; else
 * that of the runtime that is up on the data folder.
 * @throws Error with what to do when there is neither
 */
export async function openDesk<Desk>(
  context: CommandContext,
  makers: DeskMakers<Desk>,
  stackName?: string,
): Promise<Desk> {
  const environment = stackName === undefined ? context.environment : await stackEnvironment(stackName, context);
  if (environment.LIGHTERMAIL_TABLE !== undefined) {
    const { awsPlatform } = await import('../../shared/runtime/aws-platform.ts');
    const config = readAwsConfig(environment);
    return makers.aws(awsPlatform(config, quiet), config);
  }
  const config = readLocalConfig(environment);
  const running = await findRunning(config);
  if (running === undefined) throw new Error(notRunning(config));
  return makers.local(consoleCaller(running.endpoints.http, config.consoleToken));
}

/** A command tells people what it does itself: log lines would stand between. */
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
