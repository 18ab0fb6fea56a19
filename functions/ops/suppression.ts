import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { isAddress } from '../../shared/mail/address.ts';
import { readLocalConfig } from '../../shared/runtime/local-config.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { forTerminal } from './for-terminal.ts';
import { findRunning, notRunning } from './running.ts';
import { type SuppressionDesk, suppressionDesk } from './suppression-desk.ts';

const actions = ['list', 'add', 'remove'] as const;
const classes = ['all', 'transactional', 'mailing_list', 'bulk'];

interface Asked {
  readonly action: (typeof actions)[number];
  readonly address?: string;
  readonly messageClass: string;
  readonly reason?: string;
}

/** `suppression list [ADDRESS] | add ADDRESS | remove ADDRESS`: whom nothing more is sent to. */
export const suppression: Command = async (args, context) => {
  const asked = parse(args);
  const config = readLocalConfig(context.environment);
  const running = await findRunning(config);
  if (running === undefined) {
    context.printError(notRunning(config));
    return 1;
  }
  const desk = suppressionDesk(running.endpoints.http, config.consoleToken);
  if (asked.address === undefined) return printList(desk, context);
  if (asked.action === 'list') return printHistory(desk, asked.address, context);
  return change(desk, asked, asked.address, context);
};

function parse(args: readonly string[]): Asked {
  const { positionals, values } = parseWords(args);
  const [word, address, ...more] = positionals;
  const action = actions.find((known) => known === word);
  if (action === undefined) throw new UsageError(`"${word ?? ''}" is not known: list, add or remove is`);
  if (more.length > 0) throw new UsageError(`Unexpected argument '${more[0]}'`);
  if (address === undefined && action !== 'list') throw new UsageError(`suppression ${action} needs an address`);
  if (address !== undefined && !isAddress(address)) throw new UsageError(`"${address}" is not an e-mail address`);
  const messageClass = values.class ?? 'all';
  if (!classes.includes(messageClass)) throw new UsageError(`--class ${messageClass}: one of ${classes.join(', ')}`);
  if (values.reason?.includes('@')) throw new UsageError('--reason holds an address: the list keeps none');
  return {
    action,
    messageClass,
    ...(address === undefined ? {} : { address }),
    ...(values.reason === undefined ? {} : { reason: values.reason }),
  };
}

function parseWords(args: readonly string[]) {
  const options = { class: { type: 'string' }, reason: { type: 'string' } } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]);
  }
}

async function printList(desk: SuppressionDesk, { print }: CommandContext): Promise<number> {
  let count = 0;
  for await (const { shown, messageClass, reason, at, by, why } of desk.list()) {
    print(toLine([at, messageClass.padEnd(13), reason.padEnd(9), shown, by, why ?? '']));
    count += 1;
  }
  if (count === 0) print('nobody is on the suppression list');
  return 0;
}

async function printHistory(desk: SuppressionDesk, address: string, { print }: CommandContext): Promise<number> {
  const steps = await desk.history(address);
  for (const { at, step, messageClass, by, why } of steps) {
    print(toLine([at, step.padEnd(7), messageClass.padEnd(13), by, why ?? '']));
  }
  if (steps.length === 0) print('this address was never on the suppression list');
  return 0;
}

const longestCell = 200;

function toLine(cells: readonly string[]): string {
  return cells
    .map((cell) => forTerminal(cell, longestCell))
    .join('  ')
    .trimEnd();
}

async function change(desk: SuppressionDesk, asked: Asked, address: string, context: CommandContext): Promise<number> {
  const { messageClass, action, reason } = asked;
  const entry = { address, messageClass, by: userName(), ...(reason === undefined ? {} : { why: reason }) };
  const changed = action === 'add' ? await desk.add(entry) : await desk.remove(entry);
  if (!changed) {
    context.printError(`there is no such entry for ${messageClass}: see "npx lightermail suppression list"`);
    return 1;
  }
  context.print(action === 'add' ? `added: nothing more is sent (${messageClass})` : `removed (${messageClass})`);
  return 0;
}

/** Some containers have no user. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'operator';
  }
}
