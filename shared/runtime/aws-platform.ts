import type { Logger } from '../ports/logger.ts';
import type { Platform } from '../ports/platform.ts';
import type { AwsConfig } from './aws-config.ts';
import { awsFunctionPlatform } from './aws-function-platform.ts';
import { bucketPorts } from './aws-ports/buckets.ts';
import { mailPorts } from './aws-ports/mail.ts';
import type { PortMakers } from './aws-ports/port-makers.ts';
import { queuePorts } from './aws-ports/queues.ts';
import { routePorts } from './aws-ports/routes.ts';
import { secretPorts } from './aws-ports/secrets.ts';
import { senderPorts } from './aws-ports/sender.ts';
import { storePorts } from './aws-ports/store.ts';
import { emailEventPorts, processedMailPorts, topicPorts } from './aws-ports/topics.ts';

const allPorts = {
  ...bucketPorts,
  ...queuePorts,
  ...topicPorts,
  ...emailEventPorts,
  ...processedMailPorts,
  ...storePorts,
  ...senderPorts,
  ...mailPorts,
  ...routePorts,
  ...secretPorts,
} satisfies PortMakers;

/**
 * All ports on AWS, for a process that runs everything. A Lambda function names those that it uses instead, by
 * `awsFunctionPlatform`, and its bundle stays small.
 * @param config what `readAwsConfig` gave
 */
export function awsPlatform(config: AwsConfig, log?: Logger): Platform {
  return awsFunctionPlatform(config, allPorts, log);
}
