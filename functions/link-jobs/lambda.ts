import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsFunctionPlatform } from '../../shared/runtime/aws-function-platform.ts';
import { bucketPorts } from '../../shared/runtime/aws-ports/buckets.ts';
import { composerPorts } from '../../shared/runtime/aws-ports/composer.ts';
import { queuePorts } from '../../shared/runtime/aws-ports/queues.ts';
import { routePorts } from '../../shared/runtime/aws-ports/routes.ts';
import { secretPorts } from '../../shared/runtime/aws-ports/secrets.ts';
import { storePorts } from '../../shared/runtime/aws-ports/store.ts';
import { linkJobs } from './handler.ts';

/** The entry point on AWS: settings are checked, and clients made, once at cold start. */
export const handler = linkJobs(
  awsFunctionPlatform(readAwsConfig(process.env), {
    ...storePorts,
    ...bucketPorts,
    ...queuePorts,
    ...composerPorts,
    ...routePorts,
    ...secretPorts,
  }),
);
