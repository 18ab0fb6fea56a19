import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openLinkSecret } from '../../infra/local/link-secret.ts';
import { hasCode } from '../../infra/local/private-file.ts';
import { firstRoutes, openRoutesFile } from '../../infra/local/routes-file.ts';
import { type Route, routesSchema } from '../../shared/contracts/route.ts';
import type { PlanPorts } from '../../shared/inbound/plan-mail.ts';
import { isAddress } from '../../shared/mail/address.ts';
import type { SecretSource } from '../../shared/ports/platform.ts';
import { dryRunPorts } from '../../shared/runtime/dry-run-ports.ts';
import { type LocalConfig, readLocalConfig } from '../../shared/runtime/local-config.ts';
import { findFiles, readMails } from './check-files.ts';
import { type CheckRules, checkMail } from './check-mail.ts';
import { type CheckTally, createTally, mailLines } from './check-report.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';

const options = {
  json: { type: 'boolean', default: false },
  routes: { type: 'string' },
  route: { type: 'string' },
  recipient: { type: 'string', multiple: true, default: [] as string[] },
  'ses-region': { type: 'string' },
} as const;

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Tells what would become of mails under today's routes, by the very plan that the processor makes; nothing is stored
 * or sent. Exit code 1 when a file could not be read or a mail made Lightermail fail.
 */
export const check: Command = async (args, context) => {
  const { values, positionals } = parse(args);
  const paths = positionals;
  if (paths.length === 0) throw new UsageError('name at least one file or folder: lightermail check mail.eml');
  for (const address of values.recipient) {
    if (!isAddress(address)) throw new UsageError(`--recipient "${address}" is not an e-mail address`);
  }
  const config = readLocalConfig(context.environment);
  const routes = await readRoutes(config, values.routes);
  if (values.route !== undefined && !routes.some(({ id }) => id === values.route)) {
    throw new UsageError(`--route "${values.route}": must be one of ${routes.map(({ id }) => id).join(', ')}`);
  }
  const ports = await openPorts(config, values['ses-region']);
  const rules: CheckRules = {
    ...{ ports, routes, recipients: values.recipient },
    ...(values.route === undefined ? {} : { routeId: values.route }),
  };
  return checkAll(paths, rules, { ...context, json: values.json });
};

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]);
  }
}

/** The file that is named, else the one that the runtime here would use, else what a first start would write. */
async function readRoutes(config: LocalConfig, named: string | undefined): Promise<readonly Route[]> {
  const path = named === undefined ? config.routesPath : resolve(named);
  const isFirst = named === undefined && !config.routesGiven && !(await exists(path));
  if (isFirst) return routesSchema.parse(firstRoutes);
  const file = await openRoutesFile({ path, makeWhenAbsent: false, refuseOpenRoutes: false, log: quiet });
  return file.routes();
}

/** The installation's own mail is known by its secret, where there is one; none is made. */
async function openPorts(config: LocalConfig, sesRegion: string | undefined): Promise<PlanPorts> {
  const made = randomBytes(32);
  const hasSecret = await exists(join(config.dataFolder, 'link-secret'));
  const secrets: SecretSource = hasSecret
    ? await openLinkSecret(config.dataFolder)
    : { linkSecret: async () => new Uint8Array(made) };
  return dryRunPorts(config, { secrets, log: quiet, ...(sesRegion === undefined ? {} : { sesRegion }) });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

type CheckContext = CommandContext & { readonly json: boolean };

async function checkAll(paths: readonly string[], rules: CheckRules, context: CheckContext): Promise<number> {
  const tally = createTally();
  let failedCount = 0;
  for (const path of paths) {
    try {
      for await (const file of findFiles(path)) failedCount += await checkFile(file, rules, tally, context);
    } catch (error) {
      failedCount += 1;
      context.printError(unreadable(path, error));
    }
  }
  context.showProgress?.('');
  if (!context.json) context.print(`${tally.count === 0 ? '' : '\n'}${tally.summary()}`);
  if (failedCount > 0) context.printError(`${failedCount} could not be read`);
  return failedCount === 0 ? 0 : 1;
}

/** Answers how many mails of the file failed. */
async function checkFile(file: string, rules: CheckRules, tally: CheckTally, context: CheckContext): Promise<number> {
  let failedCount = 0;
  try {
    for await (const mail of readMails(file)) {
      const checked = await checkMail(rules, mail);
      const name = await mail.settle();
      if (isSystemError(checked.crash)) throw checked.crash;
      tally.add(checked);
      context.showProgress?.('');
      if (context.json) context.print(JSON.stringify({ file: name, ...checked.mail }));
      else for (const line of mailLines(name, checked)) context.print(line);
      if (checked.crash !== undefined) {
        failedCount += 1;
        context.printError(`${name}: ${String(checked.crash)}`);
      }
      context.showProgress?.(`${tally.summary()} …`);
    }
  } catch (error) {
    failedCount += 1;
    context.printError(unreadable(file, error));
  }
  return failedCount;
}

/** The disk or the file did not do, not the mail. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function unreadable(path: string, error: unknown): string {
  const why = hasCode(error, 'ENOENT') ? 'no such file' : hasCode(error, 'EACCES', 'EPERM') ? 'may not be read' : '';
  return `${path}: ${why || (error instanceof Error ? error.message : String(error))}`;
}
