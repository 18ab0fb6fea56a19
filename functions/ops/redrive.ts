import { parseArgs } from 'node:util';
import { type QueueName, queueNames } from '../../infra/topology.ts';
import { reopenFailed } from '../../shared/outbound/reopen-failed.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { AwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsDeadLetters } from '../../shared/runtime/aws-dead-letters.ts';
import { recordsOf } from '../../shared/runtime/records.ts';
import { awsDeadLetterDesk, type DeadLetterPair } from './aws-dead-letter-desk.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import type { DeadLetterDesk, DeadLetterLine } from './dead-letter-desk.ts';
import { parseCount, toDoer } from './doer-options.ts';
import { tellDuration } from './duration.ts';
import { forTerminal } from './for-terminal.ts';
import { httpDeadLetterDesk } from './http-dead-letter-desk.ts';
import { openDesk } from './open-desk.ts';

const options = {
  limit: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  reason: { type: 'string' },
  stack: { type: 'string' },
} as const;

/** Letters that are named one by one; of more only the count is told. */
const mostShown = 20;
const mostMoved = 1_000_000;

/** `redrive [QUEUE] [--limit N] [--dry-run]`: tells what the dead-letter queues hold, and sends it to its queues again. */
export const redrive: Command = async (args, context) => {
  const { values, queue } = parse(args);
  const limit = values.limit === undefined ? mostMoved : parseCount('--limit', values.limit, mostMoved);
  const doer = toDoer(values.reason);
  const desk = await openDeadLetters(context, values.stack);
  const asked = queue === undefined ? desk.queues : [queue];
  let left = limit;
  for (const name of asked) {
    const count = await desk.count(name);
    await tell(desk, name, count, context);
    if (count === 0 || values['dry-run'] || left === 0) continue;
    const movedCount = await desk.redrive(name, left, doer);
    left -= movedCount;
    context.print(`  ${movedCount} of ${count} sent to ${name} again`);
  }
  return 0;
};

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    const [name, ...more] = positionals;
    const queue = queueNames.find((known) => known === name);
    if (more.length > 0) throw new UsageError(`Unexpected argument '${more[0]}'`);
    if (name !== undefined && queue === undefined) {
      throw new UsageError(`"${name}" is no queue: ${queueNames.join(', ')} are`);
    }
    return { values, queue };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message.split('\n')[0]);
  }
}

function openDeadLetters(context: CommandContext, stackName: string | undefined): Promise<DeadLetterDesk> {
  const aws = (platform: Platform, config: AwsConfig) => {
    const { emails } = recordsOf(platform);
    return awsDeadLetterDesk({
      pairs: toPairs(platform, awsDeadLetters(config)),
      clock: platform.clock,
      reopenFailed: (body, by) => reopenFailed(emails, body, by),
    });
  };
  return openDesk(context, { local: (call) => httpDeadLetterDesk(call, () => new Date()), aws }, stackName);
}

function toPairs(platform: Platform, dead: ReturnType<typeof awsDeadLetters>) {
  const { inboundQueue: inbound, outboundQueue: outbound, engagementQueue: engagement, linkQueue: links } = platform;
  const queues = { inbound, outbound, engagement, links } satisfies Record<QueueName, unknown>;
  const pairs: Partial<Record<QueueName, DeadLetterPair>> = {};
  for (const name of queueNames) {
    const [queue, deadLetters] = [queues[name], dead[name]];
    if (queue !== undefined && deadLetters !== undefined) pairs[name] = { queue, deadLetters };
  }
  return pairs;
}

async function tell(desk: DeadLetterDesk, queue: QueueName, count: number, { print }: CommandContext): Promise<void> {
  print(`${queue}: ${count === 0 ? 'no dead letters' : count === 1 ? '1 dead letter' : `${count} dead letters`}`);
  if (count === 0) return;
  const letters = await desk.list(queue, mostShown);
  for (const letter of letters) print(toLine(letter));
  if (count > letters.length) print(`  and ${count - letters.length} more`);
}

function toLine({ id, code = 'receives spent', receiveCount, ageSeconds }: DeadLetterLine): string {
  const receives = `${receiveCount} ${receiveCount === 1 ? 'receive' : 'receives'}`;
  return `  ${forTerminal(code).padEnd(24)}  ${tellDuration(ageSeconds).padEnd(7)}  ${receives}  ${forTerminal(id)}`;
}
