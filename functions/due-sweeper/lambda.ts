import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsFunctionPlatform } from '../../shared/runtime/aws-function-platform.ts';
import { queuePorts } from '../../shared/runtime/aws-ports/queues.ts';
import { storePorts } from '../../shared/runtime/aws-ports/store.ts';
import { emailEventPorts, processedMailPorts } from '../../shared/runtime/aws-ports/topics.ts';
import { dueSweeper } from './handler.ts';

/** The entry point on AWS: settings are checked, and clients made, once at cold start. */
export const handler = dueSweeper(
  awsFunctionPlatform(readAwsConfig(process.env), {
    ...storePorts,
    ...queuePorts,
    ...emailEventPorts,
    ...processedMailPorts,
  }),
);
