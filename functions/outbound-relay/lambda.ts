import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsPlatform } from '../../shared/runtime/aws-platform.ts';
import { outboundRelay } from './handler.ts';

/** The entry point on AWS: settings are checked, and clients made, once at cold start. */
export const handler = outboundRelay(awsPlatform(readAwsConfig(process.env)));
