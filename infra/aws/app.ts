/** The CDK app: `cdk deploy --all -c recipient=… -c sender=… -c allowedSenders=…`; with `--example` it needs no settings. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { App, type Environment, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { MailError } from '../../shared/errors/mail-error.ts';
import { acknowledgeFindings } from './acknowledgements.ts';
import { readContext } from './context.ts';
import { makeLightermailStacks } from './lightermail-stacks.ts';
import { readAwsSettings } from './settings.ts';

const functionsFolder = resolve(import.meta.dirname, '../../dist/functions');

/**
 * CDK's command line says which account and region it will deploy to; offline there may be neither, and a region of
 * AWS_REGION's alone is enough to name stacks in two regions.
 */
function readHome(): Environment {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION, AWS_REGION } = process.env;
  const region = [CDK_DEFAULT_REGION, AWS_REGION].find((one) => one !== undefined && one !== '');
  if (region === undefined) return {};
  return account === undefined ? { region } : { account, region };
}

function run(): void {
  const app = new App();
  const env = readHome();
  const settings = readAwsSettings(readContext(app.node, process.argv.includes('--example')), env.region);
  if (!existsSync(functionsFolder)) throw new Error('dist/functions is missing: run npm run build');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  acknowledgeFindings(makeLightermailStacks(app, { settings, functionsFolder, env }));
  app.synth();
}

try {
  run();
} catch (error) {
  if (error instanceof MailError && error.code === 'ERR_SETTING') {
    const faults = error.message.split('\n').map((line) => `  ${line}`);
    console.error(`these settings do not work; give each as -c name=value:\n${faults.join('\n')}`);
  } else {
    console.error(error instanceof Error ? error.message : String(error));
  }
  process.exitCode = 1;
}
