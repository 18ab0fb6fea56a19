import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsPlatform } from '../../shared/runtime/aws-platform.ts';
import { inboundProcessor } from './handler.ts';

/** The entry point on AWS: settings are checked, and clients made, once at cold start. */
export const handler = inboundProcessor(awsPlatform(readAwsConfig(process.env)));
