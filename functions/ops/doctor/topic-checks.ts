import { checkKey, type EncryptedThing } from './check-keys.ts';
import { checkTopic, type TopicWire } from './check-topics.ts';
import { type Deployment, homeOf } from './deployment.ts';
import { type Check, type Finding, findingsOf } from './finding.ts';
import { arrivalWire, eventWires, noticeWires } from './wires.ts';

const group = 'Topics';

/** The topics, the queues that hear of them, and the keys of both. */
export function topicChecks(deployment: Deployment): readonly Check[] {
  const { facts, config } = deployment;
  const { accountId } = homeOf(config);
  const check = (wire: TopicWire) => checkTopic(facts.topics, facts.queues, wire, accountId);
  return [
    {
      ...{ name: 'topics', group },
      async run() {
        const wire = await arrivalWire(deployment);
        return wire === undefined ? [] : check(wire);
      },
    },
    { name: 'topics', group, run: async () => (await Promise.all((await eventWires(deployment)).map(check))).flat() },
    ...noticeWires(config).map((wire) => ({ name: 'topics', group, run: () => check(wire) })),
    { name: 'kms', group, run: () => checkKeys(deployment, accountId) },
  ];
}

async function checkKeys(deployment: Deployment, accountId: string): Promise<readonly Finding[]> {
  const arrival = await arrivalWire(deployment);
  const wires = [...(arrival === undefined ? [] : [arrival]), ...(await eventWires(deployment))];
  const things = (await Promise.all(wires.map((wire) => findEncrypted(deployment, wire)))).flat();
  if (things.length === 0) return [findingsOf('kms').ok('topics and queues', 'none needs a key of KMS')];
  return (await Promise.all(things.map((thing) => checkKey(deployment.facts.keys, thing, accountId)))).flat();
}

/** A topic and its queue, where they are encrypted under a key of KMS. */
async function findEncrypted({ facts }: Deployment, wire: TopicWire): Promise<readonly EncryptedThing[]> {
  const { topicArn, queue } = wire;
  const topicKey = (await facts.topics.attributes(topicArn))?.keyId;
  const found = queue === undefined ? undefined : await facts.queues.attributes(queue.url);
  const writer = { service: 'sns.amazonaws.com', sourceArn: topicArn };
  return [
    ...(topicKey === undefined ? [] : [{ name: wire.name, keyId: topicKey, writers: wire.publishers }]),
    ...(found?.keyId === undefined ? [] : [{ name: `${queue?.name} queue`, keyId: found.keyId, writers: [writer] }]),
  ];
}
