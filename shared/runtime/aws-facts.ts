import { alarmFacts } from '../adapters/aws/facts/alarm-facts.ts';
import { bucketFacts } from '../adapters/aws/facts/bucket-facts.ts';
import { callerFacts } from '../adapters/aws/facts/caller-facts.ts';
import { createFactClients } from '../adapters/aws/facts/fact-clients.ts';
import { functionFacts } from '../adapters/aws/facts/function-facts.ts';
import { keyFacts } from '../adapters/aws/facts/key-facts.ts';
import { queueFacts } from '../adapters/aws/facts/queue-facts.ts';
import { receiptFacts } from '../adapters/aws/facts/receipt-facts.ts';
import { sesFacts } from '../adapters/aws/facts/ses-facts.ts';
import { readStackEnvironment } from '../adapters/aws/facts/stack-environment.ts';
import { topicFacts } from '../adapters/aws/facts/topic-facts.ts';
import type { DeploymentFacts } from '../ports/deployment-facts.ts';

/**
 * What a deployment says of itself.
 * @param region where everything stands
 * @param sesRegion where SES takes mail in
 */
export function awsFacts(region: string, sesRegion: string): DeploymentFacts {
  const clients = createFactClients(region);
  const receiving = createFactClients(sesRegion);
  return {
    caller: callerFacts(clients.sts()),
    sending: sesFacts(clients.sesV2()),
    receiving: receiptFacts(receiving.ses(), sesFacts(receiving.sesV2())),
    buckets: bucketFacts(clients.s3()),
    queues: queueFacts(clients.sqs()),
    topics: topicFacts(clients.sns()),
    keys: keyFacts(clients.kms()),
    functions: functionFacts(clients.lambda()),
    alarms: alarmFacts(clients.cloudWatch()),
  };
}

/** The settings of the functions of a deployed stack, by the region that the environment names. */
export function awsStackEnvironment(stackName: string): Promise<Readonly<Record<string, string>>> {
  const clients = createFactClients(undefined);
  return readStackEnvironment(clients.cloudFormation(), clients.lambda(), stackName);
}
