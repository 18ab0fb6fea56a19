import { ask } from '../../../shared/adapters/aws/facts/ask.ts';
import type { Route } from '../../../shared/contracts/route.ts';
import { MailError } from '../../../shared/errors/mail-error.ts';
import type { Platform } from '../../../shared/ports/platform.ts';
import type { AwsConfig } from '../../../shared/runtime/aws-config.ts';
import { awsFacts } from '../../../shared/runtime/aws-facts.ts';
import { awsPlatform } from '../../../shared/runtime/aws-platform.ts';
import { toAwsSettings } from '../../../shared/runtime/aws-settings.ts';
import { systemClock } from '../../../shared/runtime/ids.ts';
import { type Records, recordsOf } from '../../../shared/runtime/records.ts';
import { askServerDate } from './check-clock.ts';
import { askStatus } from './check-links.ts';
import { type Deployment, homeOf } from './deployment.ts';
import { systemDns } from './dns.ts';
import { memoizedFacts } from './memoized.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A deployment as its functions' settings name it, with everything that is asked of it. */
export async function openDeployment(
  config: AwsConfig,
  stackName: string | undefined,
): Promise<{ readonly deployment: Deployment; readonly records: Records }> {
  const { region, partition } = homeOf(config);
  const sesRegion = toAwsSettings({ ...config, AWS_REGION: region }).sesRegion ?? region;
  // The clients of the platform take the region where the settings stand, whatever this shell is set to.
  process.env.AWS_REGION = region;
  const platform = awsPlatform(config, quiet);
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const dateUrl = process.env.AWS_ENDPOINT_URL ?? `https://sts.${region}.${suffix}/`;
  const deployment: Deployment = {
    ...{ config, region, sesRegion, partition, clock: systemClock, dns: systemDns() },
    facts: memoizedFacts(awsFacts(region, sesRegion)),
    ...(stackName === undefined ? {} : { stackName }),
    routes: () => askRoutes(platform),
    askDate: () => askServerDate(dateUrl),
    askLinks: askStatus,
  };
  return { deployment, records: recordsOf(platform) };
}

/** Like every other question: where only the permission is lacking, the error names it. */
async function askRoutes({ routes }: Pick<Platform, 'routes'>): Promise<readonly Route[]> {
  try {
    return await routes.routes();
  } catch (error) {
    if (!(error instanceof MailError) || error.code !== 'ERR_CREDENTIALS') throw error;
    return ask<readonly Route[]>('ssm:GetParameter', Promise.reject(error.cause ?? error));
  }
}
