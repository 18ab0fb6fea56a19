import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { MiniStack } from './mini-stack.ts';

const cdk = resolve('node_modules/aws-cdk/bin/cdk');

/** What `cdk deploy` wrote as outputs: by stack, by name. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Runs CDK's own command line against MiniStack. @throws Error with what it wrote when it failed */
export async function runCdk(miniStack: MiniStack, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [cdk, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CI: 'true',
      ...miniStack.environment,
    },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const status = await new Promise((resolvePromise, reject) => {
    child.once('error', reject);
    child.once('exit', resolvePromise);
  });
  if (status !== 0) throw new Error(`cdk ${args[0]} ended with ${status}: ${output.slice(-4000)}`);
  return output;
}

/** `cdk bootstrap` and `cdk deploy --all` of a synthesized assembly. */
export async function deploy(miniStack: MiniStack, assembly: string, outputsFile: string): Promise<void> {
  const { accountId, region } = miniStack;
  await runCdk(miniStack, 'bootstrap', '--app', assembly, `aws://${accountId}/${region}`);
  await runCdk(
    miniStack,
    'deploy',
    '--all',
    '--app',
    assembly,
    '--require-approval',
    'never',
    '--outputs-file',
    outputsFile,
  );
}
