import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsFunctionPlatform } from '../../shared/runtime/aws-function-platform.ts';
import { bucketPorts } from '../../shared/runtime/aws-ports/buckets.ts';
import { queuePorts } from '../../shared/runtime/aws-ports/queues.ts';
import { storePorts } from '../../shared/runtime/aws-ports/store.ts';
import { topicPorts } from '../../shared/runtime/aws-ports/topics.ts';
import { reconciler } from './handler.ts';

/** The entry point on AWS: settings are checked, and clients made, once at cold start. */
export const handler = reconciler(
  awsFunctionPlatform(readAwsConfig(process.env), { ...storePorts, ...bucketPorts, ...queuePorts, ...topicPorts }),
);
