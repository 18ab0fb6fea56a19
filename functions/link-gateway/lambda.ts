import { handle } from 'hono/aws-lambda';
import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsFunctionPlatform } from '../../shared/runtime/aws-function-platform.ts';
import { bucketPorts } from '../../shared/runtime/aws-ports/buckets.ts';
import { queuePorts } from '../../shared/runtime/aws-ports/queues.ts';
import { storePorts } from '../../shared/runtime/aws-ports/store.ts';
import { topicPorts } from '../../shared/runtime/aws-ports/topics.ts';
import { linkGateway } from './handler.ts';

/** The entry point on AWS, behind an HTTP API. */
export const handler = handle(
  linkGateway(
    awsFunctionPlatform(readAwsConfig(process.env), {
      ...storePorts,
      ...bucketPorts,
      ...queuePorts,
      ...topicPorts,
    }),
  ),
);
