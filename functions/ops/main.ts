import { readFile } from 'node:fs/promises';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { help } from './help.ts';
import { verbHelp } from './verb-help.ts';

/** Each verb's code is loaded only when it is asked for: `send` needs no server. */
const verbs: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  send: async () => (await import('./send.ts')).send,
  status: async () => (await import('./status.ts')).status,
  suppression: async () => (await import('./suppression.ts')).suppression,
  links: async () => (await import('./links.ts')).links,
  revoke: async () => (await import('./revoke.ts')).revoke,
  renew: async () => (await import('./renew.ts')).renew,
  remind: async () => (await import('./remind.ts')).remind,
  replace: async () => (await import('./replace.ts')).replace,
  doctor: async () => (await import('./doctor.ts')).doctor,
  redrive: async () => (await import('./redrive.ts')).redrive,
  replay: async () => (await import('./replay.ts')).replay,
  check: async () => (await import('./check.ts')).check,
};

const leastNode = 24;

/**
 * `npx lightermail <verb>`. Errors go to standard error in plain lines, never with a stack.
 * @returns the exit code: 0 good, 1 failed, 2 not understood
 */
export async function main(args: readonly string[], context: CommandContext): Promise<number> {
  const [verb = '--help', ...rest] = args;
  if (verb === '--help' || verb === '-h' || verb === 'help') {
    context.print(verbHelp[rest[0] ?? ''] ?? help);
    return args.length === 0 ? 2 : 0;
  }
  if (verb === '--version') {
    context.print(await version());
    return 0;
  }
  const load = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (load === undefined) {
    context.printError(`"${verb}" is not a verb\n\n${help}`);
    return 2;
  }
  if (asksForHelp(rest)) {
    context.print(verbHelp[verb] ?? help);
    return 0;
  }
  return runVerb(verb, load, rest, context);
}

/** What follows `--` are names, whatever they look like. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

async function runVerb(
  verb: string,
  load: () => Promise<Command>,
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  try {
    return await (await load())(args, context);
  } catch (error) {
    context.printError(error instanceof Error ? error.message : String(error));
    if (!(error instanceof UsageError)) return 1;
    context.printError(`see: npx lightermail ${verb} --help`);
    return 2;
  }
}

/** The package stands two folders up from the source, and four up from what is built. */
async function version(): Promise<string> {
  for (const path of ['../../package.json', '../../../../package.json']) {
    const text = await readFile(new URL(path, import.meta.url), 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text).version;
  }
  return 'unknown';
}

if (import.meta.main) {
  process.exitCode = await runMain();
}

/** Runs with the process's own arguments, once its Node has been found new enough. */
export async function runMain(): Promise<number> {
  const printError = (line: string) => console.error(line);
  if (Number(process.versions.node.split('.')[0]) < leastNode) {
    printError(
      `Lightermail needs Node ${leastNode} or newer, this is ${process.versions.node}: use npm start, or install it`,
    );
    return 1;
  }
  // Whoever reads the output may have enough of it: `check … | head`.
  process.stdout.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const showProgress = (text: string) => void process.stderr.write(`\r\x1b[2K${text}`);
  return main(process.argv.slice(2), {
    environment: process.env,
    print: (line) => console.log(line),
    printError,
    ...(process.stderr.isTTY ? { showProgress } : {}),
  });
}
