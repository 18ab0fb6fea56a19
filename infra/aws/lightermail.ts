import { resolve } from 'node:path';
import type { Environment, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledgeFindings } from './acknowledgements.ts';
import { makeLightermailStacks } from './lightermail-stacks.ts';
import { readAwsSettings } from './settings.ts';
import { type TypedSettings, toRawSettings } from './typed-settings.ts';

export interface LightermailProps extends TypedSettings {
  /** The account and the region that is home. */
  readonly env?: Environment;
}

/** The built library stands as deep in the package as this file in the repository. */
const functionsFolder = resolve(import.meta.dirname, '../../dist/functions');

/**
 * A whole installation in somebody else's app: its stacks stand under this construct.
 * @throws PermanentMailError `ERR_SETTING`: one line for each wrong setting, as the app of this repository tells them
 */
export class Lightermail extends Construct {
  /** What outlives every deployment. */
  readonly data: Stack;
  /** What can be made anew at any time. */
  readonly pipeline: Stack;
  /** The receipt rules, where `sesRegion` is another region. */
  readonly receiving: Stack | undefined;
  /** The HTTPS subscriber of SNS, where `webhookDomain` asks for one. */
  readonly webhook: Stack | undefined;

  constructor(scope: Construct, id: string, { env = {}, ...settings }: LightermailProps) {
    super(scope, id);
    const stacks = makeLightermailStacks(this, {
      settings: readAwsSettings(toRawSettings(settings), env.region),
      functionsFolder,
      env,
    });
    acknowledgeFindings(stacks);
    this.data = stacks.data;
    this.pipeline = stacks.pipeline;
    this.receiving = stacks.receiving;
    this.webhook = stacks.webhook;
  }
}
