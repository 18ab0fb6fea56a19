import { MailError } from '../../shared/errors/mail-error.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { type NatsRelayConfig, readNatsConfig } from '../../shared/runtime/nats-config.ts';
import { withSource } from '../../shared/runtime/nats-logger.ts';
import type { RawSettings } from '../../shared/runtime/settings.ts';
import { type RunningRelay, startRelay } from './start-relay.ts';

const leastNode = 24;

/** What the process around the relay gives it. */
export interface RelayProcess {
  readonly environment: RawSettings;
  readonly printError: (line: string) => void;
  /** Resolved by the first signal to stop. */
  readonly stopped: Promise<void>;
}

/**
 * Runs the relay until it is told to stop, or cannot go on.
 * @returns the exit code: 0 stopped, 1 not started or failed
 */
export async function main({ environment, printError, stopped }: RelayProcess): Promise<number> {
  let config: NatsRelayConfig;
  let relay: RunningRelay;
  try {
    config = readNatsConfig(environment);
  } catch (error) {
    printError(toLine(error));
    return 1;
  }
  const plain = createLogger({ service: 'nats-relay', level: config.logLevel });
  const log = config.logAddsSource ? withSource(plain) : plain;
  for (const warning of config.warnings) log.warn(warning);
  try {
    relay = await startRelay(config, log);
  } catch (error) {
    printError(toLine(error));
    return 1;
  }
  const code = await Promise.race([
    stopped.then(() => 0),
    relay.failed.catch((error: unknown) => {
      log.error('the relay cannot go on', error);
      return 1;
    }),
  ]);
  log.info('relay stops: what is in flight is finished first');
  await relay.stop();
  log.info('relay stopped');
  return code;
}

/** One line, also for several faults. */
function toLine(error: unknown): string {
  const text = error instanceof MailError ? error.message : String(error);
  return `lightermail nats-relay: ${text.split('\n').join('; ')}`;
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

if (import.meta.main) {
  const printError = (line: string) => console.error(line);
  if (Number(process.versions.node.split('.')[0]) < leastNode) {
    printError(`the relay needs Node ${leastNode} or newer, this is ${process.versions.node}: use npm run nats-relay`);
    process.exit(1);
  }
  // Idle clients of the SDK must not keep a process alive that has stopped.
  process.exit(await main({ environment: process.env, printError, stopped: firstSignal() }));
}
