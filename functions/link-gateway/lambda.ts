import { handle } from 'hono/aws-lambda';
import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsPlatform } from '../../shared/runtime/aws-platform.ts';
import { linkGateway } from './handler.ts';

/** The entry point on AWS, behind an HTTP API. */
export const handler = handle(linkGateway(awsPlatform(readAwsConfig(process.env))));
