import { MailError } from '../../shared/errors/mail-error.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import type { RawSettings } from '../../shared/runtime/settings.ts';
import { readWebhookConfig } from '../../shared/runtime/webhook-config.ts';
import { type RunningWebhook, startWebhook } from './start-webhook.ts';

const leastNode = 24;

/** What the process around the webhook gives it. */
export interface WebhookProcess {
  readonly environment: RawSettings;
  readonly printError: (line: string) => void;
  /** Resolved by the first signal to stop. */
  readonly stopped: Promise<void>;
}

/**
 * Runs the HTTPS subscriber of SNS until it is told to stop.
 * @returns the exit code: 0 stopped, 1 not started
 */
export async function main({ environment, printError, stopped }: WebhookProcess): Promise<number> {
  let webhook: RunningWebhook;
  let log: ReturnType<typeof createLogger>;
  try {
    const config = readWebhookConfig(environment);
    log = createLogger({ service: 'sns-webhook', level: config.logLevel });
    webhook = await startWebhook(config, log);
  } catch (error) {
    for (const line of toLines(error)) printError(`lightermail sns-webhook: ${line}`);
    return 1;
  }
  await stopped;
  log.info('webhook stops: what is in flight is finished first');
  await webhook.stop();
  log.info('webhook stopped');
  return 0;
}

function toLines(error: unknown): string[] {
  return (error instanceof MailError ? error.message : String(error)).split('\n');
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
    printError(
      `the webhook needs Node ${leastNode} or newer, this is ${process.versions.node}: use npm run sns-webhook`,
    );
    process.exit(1);
  }
  // Idle clients of the SDK must not keep a process alive that has stopped.
  process.exit(await main({ environment: process.env, printError, stopped: firstSignal() }));
}
