import type { QueueFacts, TopicFacts, TopicSubscription } from '../../../shared/ports/deployment-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import { isOpenToAll, judgePolicy, type ServiceCall } from './policy.ts';

/** A topic and the queue that must hear of it. */
export interface TopicWire {
  readonly name: string;
  readonly topicArn: string;
  /** Who publishes to it, and on behalf of which resource. */
  readonly publishers: readonly { readonly service: string; readonly sourceArn: string }[];
  readonly queue?: { readonly name: string; readonly url: string };
  /** Nobody has to listen to it. */
  readonly mayBeUnheard?: boolean;
}

/** Whether the services that speak through a topic may, and whether what they say arrives at its queue. */
export async function checkTopic(
  topics: TopicFacts,
  queues: QueueFacts,
  wire: TopicWire,
  accountId: string,
): Promise<readonly Finding[]> {
  const say = findingsOf('topics');
  const found = await topics.attributes(wire.topicArn);
  if (found === undefined) return [say.error(wire.name, 'there is no such topic', 'deploy again')];
  const findings = wire.publishers.flatMap(({ service, sourceArn }) => {
    const call = { service, action: 'sns:Publish', resourceArn: wire.topicArn, sourceArn, sourceAccount: accountId };
    return judge(wire.name, found.policy, call);
  });
  if (isOpenToAll(found.policy)) {
    findings.push(
      say.error(wire.name, 'its policy lets everyone use it', 'take the statement for "*" out, or deploy again'),
    );
  }
  findings.push(...(await checkSubscriptions(topics, queues, wire)));
  if (wire.queue !== undefined) findings.push(...(await checkQueuePolicy(queues, wire, accountId)));
  return findings.length > 0 ? findings : [say.ok(wire.name, 'may be published to, and is heard')];
}

async function checkQueuePolicy(queues: QueueFacts, wire: TopicWire, accountId: string): Promise<readonly Finding[]> {
  const { name, url } = wire.queue ?? { name: '', url: '' };
  const queue = await queues.attributes(url);
  if (queue === undefined) return [];
  const call = {
    ...{ service: 'sns.amazonaws.com', action: 'sqs:SendMessage', resourceArn: queue.arn },
    ...{ sourceArn: wire.topicArn, sourceAccount: accountId },
  };
  const findings = judge(`${name} queue`, queue.policy, call);
  if (!isOpenToAll(queue.policy)) return findings;
  const say = findingsOf('topics');
  return [...findings, say.error(`${name} queue`, 'its policy lets everyone use it', 'take the statement for "*" out')];
}

function judge(subject: string, policy: string | undefined, call: ServiceCall): Finding[] {
  const say = findingsOf('topics');
  const asked = `${call.service} ${call.action}`;
  const grant = `allow ${call.action} to ${call.service} for aws:SourceArn ${call.sourceArn}, or deploy again`;
  switch (judgePolicy(policy, call)) {
    case 'allowed':
      return [];
    case 'denied':
      return [say.error(subject, `its policy denies ${asked}`, grant)];
    case 'not allowed':
      return [say.error(subject, `its policy does not allow ${asked}`, grant)];
    case 'unclear':
      return [say.unknown(subject, `its policy says of ${asked} what doctor cannot judge`, 'read its policy')];
  }
}

async function checkSubscriptions(
  topics: TopicFacts,
  queues: QueueFacts,
  wire: TopicWire,
): Promise<readonly Finding[]> {
  const say = findingsOf('topics');
  const all = await topics.subscriptions(wire.topicArn);
  const findings = all
    .filter(({ isConfirmed }) => !isConfirmed)
    .map(({ protocol }) =>
      say.warning(
        wire.name,
        `a subscription by ${protocol} is not confirmed`,
        'confirm it by the link that AWS has sent, or remove it',
      ),
    );
  if (wire.queue !== undefined) return [...findings, ...(await checkHearing(queues, wire, wire.queue, all))];
  return all.length > 0 || wire.mayBeUnheard
    ? findings
    : [say.warning(wire.name, 'nobody hears it', 'subscribe an address of an operator')];
}

/** Whether the queue is subscribed, and what becomes of messages that it could not be handed. */
async function checkHearing(
  queues: QueueFacts,
  wire: TopicWire,
  queue: { readonly name: string; readonly url: string },
  all: readonly TopicSubscription[],
): Promise<readonly Finding[]> {
  const say = findingsOf('topics');
  const nameOf = (arn: string | undefined) => arn?.split(':').at(-1);
  const queueName = queue.url.split('/').at(-1);
  const own = all.find(({ endpointArn, isConfirmed }) => isConfirmed && nameOf(endpointArn) === queueName);
  if (own === undefined) return [say.error(wire.name, `the ${queue.name} queue does not hear it`, 'deploy again')];
  const undelivered = nameOf(own.deadLetterArn);
  if (undelivered === undefined) {
    const finding = `what the ${queue.name} queue cannot be handed is lost: the subscription has no dead-letter queue`;
    return [say.warning(wire.name, finding, 'deploy again')];
  }
  const url = queue.url.replace(/[^/]+$/, undelivered);
  const count = (await queues.attributes(url))?.messageCount ?? 0;
  if (count === 0) return [];
  const finding = `${count} messages could not be handed to the ${queue.name} queue and wait in ${undelivered}`;
  return [say.warning(wire.name, finding, `mend the ${queue.name} queue, then send them to it from there`)];
}
