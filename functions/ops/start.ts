import { type LocalRuntime, startLocalRuntime } from '../../infra/local/runtime.ts';
import { type LocalConfig, readLocalConfig } from '../../shared/runtime/local-config.ts';
import type { Command, CommandContext } from './command.ts';
import { parseOptions } from './parse-options.ts';

/** Exit code after a second signal: 128 + SIGINT. */
const interrupted = 130;
const sameSignalMs = 500;

/**
 * Runs Lightermail on this machine until SIGTERM or SIGINT. The first signal ends it cleanly (exit code 0); a second
 * one at once.
 */
export const start: Command = async (args, context) => {
  parseOptions(args, {});
  const signalled = firstSignal();
  const config = readLocalConfig(context.environment);
  const runtime = await startLocalRuntime(config);
  printBanner(config, runtime, context);
  await signalled;
  context.print('stopping: what is in work is finished first; once more Ctrl-C ends it at once');
  await runtime.stop();
  context.print('stopped');
  return 0;
};

/**
 * Also takes the second signal: that one ends the process. Under npm one Ctrl-C comes twice, from the terminal and
 * handed on by npm, so what follows within half a second is the same one.
 */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const onSignal = () => {
      firstAtMs ??= performance.now();
      resolve();
      if (performance.now() - firstAtMs > sameSignalMs) process.exit(interrupted);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

function printBanner(config: LocalConfig, runtime: LocalRuntime, { print }: CommandContext): void {
  const { endpoints, outgoing } = runtime;
  const leaves = {
    mailbox: `nothing leaves this machine; sent mail is shown at ${endpoints.http}/`,
    smtp: 'sent mail goes to the server of LIGHTERMAIL_SMTP_RELAY',
    ses: 'sent mail goes to the endpoint of LIGHTERMAIL_SES_ENDPOINT',
  };
  print(
    [
      '',
      'Lightermail is up.',
      `  SMTP     ${endpoints.smtp.host}:${endpoints.smtp.port}  (STARTTLS; ${config.smtpUsers.length === 0 ? 'any user' : 'users are set'})`,
      `  console  ${endpoints.http}/`,
      `  routes   ${config.routesPath}`,
      `  data     ${config.dataFolder}`,
      `  sending  ${leaves[outgoing]}`,
      '',
      'Try it, in another terminal:',
      '  npx lightermail send --recipients anna@example.com,ben@example.com',
      '',
    ].join('\n'),
  );
}
