import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsFunctionPlatform } from '../../shared/runtime/aws-function-platform.ts';
import { queuePorts } from '../../shared/runtime/aws-ports/queues.ts';
import { storePorts } from '../../shared/runtime/aws-ports/store.ts';
import { emailEventPorts } from '../../shared/runtime/aws-ports/topics.ts';
import { engagementRecorder } from './handler.ts';

/** The entry point on AWS: settings are checked, and clients made, once at cold start. */
export const handler = engagementRecorder(
  awsFunctionPlatform(readAwsConfig(process.env), {
    ...storePorts,
    ...queuePorts,
    ...emailEventPorts,
  }),
);
