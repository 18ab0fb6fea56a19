import { handle } from 'hono/aws-lambda';
import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsConsoleToken, readConsoleConfig } from '../../shared/runtime/aws-console.ts';
import { awsDeadLetters } from '../../shared/runtime/aws-dead-letters.ts';
import { awsFunctionPlatform } from '../../shared/runtime/aws-function-platform.ts';
import { bucketPorts } from '../../shared/runtime/aws-ports/buckets.ts';
import { queuePorts } from '../../shared/runtime/aws-ports/queues.ts';
import { storePorts } from '../../shared/runtime/aws-ports/store.ts';
import { awsConsoleParts } from './aws-parts.ts';
import { guardedConsole } from './guarded-console.ts';
import { consoleApp } from './handler.ts';

const config = readAwsConfig(process.env);
const { host, tokenSecretArn } = readConsoleConfig(process.env);
const platform = awsFunctionPlatform(config, { ...storePorts, ...bucketPorts, ...queuePorts });
const { clock, log } = platform;

/** The entry point on AWS, behind an HTTP API of its own. */
export const handler = handle(
  guardedConsole(consoleApp(awsConsoleParts(platform, awsDeadLetters(config))), {
    ...{ host, clock, log },
    token: awsConsoleToken(tokenSecretArn, clock),
  }),
);
