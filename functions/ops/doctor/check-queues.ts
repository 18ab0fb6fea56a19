import type {
  EventSource,
  FunctionFacts,
  QueueAttributes,
  QueueFacts,
} from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import { toFinding } from './run-checks.ts';

/** A queue and its dead letters, as they are set. */
export interface QueuePair {
  readonly name: string;
  readonly url: string;
  readonly deadLettersUrl: string;
  /** What the function that reads it is given, where Lambda may not be asked. */
  readonly timeoutSeconds: number;
}

/** AWS's rule for queues that feed functions: a batch that is throttled is not seen again too early. */
const visibilityFactor = 6;

/**
 * Whether a queue is wired as it must be: a dead-letter queue behind it that keeps letters long enough, a visibility
 * timeout that fits its function, and the function reading it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export async function checkQueue(
  queues: QueueFacts,
  functions: FunctionFacts,
  pair: QueuePair,
): Promise<readonly Finding[]> {
  const say = findingsOf('queues');
  const [queue, dead] = await Promise.all([queues.attributes(pair.url), queues.attributes(pair.deadLettersUrl)]);
  if (queue === undefined || dead === undefined) {
    const which = queue === undefined ? pair.name : `the dead letters of ${pair.name}`;
    return [say.error(pair.name, `there is no queue for ${which}`, 'deploy again')];
  }
  const findings = [...checkRedrive(pair.name, queue, dead), ...(await checkSources(functions, pair, queue))];
  return findings.length > 0 ? findings : [say.ok(pair.name, 'has its dead-letter queue and its function')];
}

function checkRedrive(name: string, queue: QueueAttributes, dead: QueueAttributes): Finding[] {
  const say = findingsOf('queues');
  if (queue.redrive === undefined) {
    return [say.error(name, 'has no redrive policy: what fails is received for ever, then lost', 'deploy again')];
  }
  const findings: Finding[] = [];
  if (queue.redrive.deadLetterArn !== dead.arn) {
    findings.push(
      say.error(name, 'its redrive policy names another dead-letter queue than the functions use', 'deploy again'),
    );
  }
  // A letter keeps the time at which it was first sent, and dies by that.
  if (dead.retentionSeconds < queue.retentionSeconds) {
    const days = (seconds: number) => Math.floor(seconds / 86_400);
    findings.push(
      say.error(
        name,
        `its dead letters are kept ${days(dead.retentionSeconds)} d, its messages ${days(queue.retentionSeconds)} d: some die unseen`,
        'keep dead letters 14 days',
      ),
    );
  }
  return findings;
}

async function checkSources(functions: FunctionFacts, pair: QueuePair, queue: QueueAttributes): Promise<Finding[]> {
  const say = findingsOf('queues');
  const { sources, refused } = await functions.sourcesOf(queue.arn).then(
    (found) => ({ sources: found, refused: [] }),
    (error: unknown) => ({ sources: undefined, refused: [toFinding('queues', error)] }),
  );
  const findings: Finding[] = [...refused];
  if (sources?.length === 0)
    findings.push(say.error(pair.name, 'feeds no function: nothing is processed', 'deploy again'));
  const timeouts = toTimeouts(sources, pair);
  for (const { functionName, isEnabled, timeoutSeconds } of timeouts) {
    if (!isEnabled)
      findings.push(say.error(pair.name, `its feed of ${functionName} is disabled`, 'enable the event source mapping'));
    const least = visibilityFactor * timeoutSeconds;
    if (queue.visibilitySeconds >= least) continue;
    const finding = `its visibility timeout is ${queue.visibilitySeconds} s, ${functionName} may run ${timeoutSeconds} s`;
    findings.push(say.error(pair.name, finding, `set it to at least ${least} s: what runs long is done twice`));
  }
  return findings;
}

function toTimeouts(sources: readonly EventSource[] | undefined, pair: QueuePair): readonly EventSource[] {
  return sources ?? [{ functionName: 'its function', isEnabled: true, timeoutSeconds: pair.timeoutSeconds }];
}

/** Whether work has been given up and waits for an operator. */
export async function checkDeadLetters(
  queues: QueueFacts,
  { name, deadLettersUrl }: QueuePair,
): Promise<readonly Finding[]> {
  return [tellDeadLetters(name, (await queues.attributes(deadLettersUrl))?.messageCount ?? 0)];
}

/** What dead letters mean, and what becomes of them. */
export function tellDeadLetters(queue: string, count: number): Finding {
  const say = findingsOf('dead-letters');
  if (count === 0) return say.ok(queue, 'no dead letters');
  return say.warning(
    queue,
    `${count} ${count === 1 ? 'dead letter waits' : 'dead letters wait'} for an operator`,
    `npx lightermail redrive ${queue} --dry-run shows them; without --dry-run, once the cause is mended, they go on`,
  );
}
