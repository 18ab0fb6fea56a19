import type { Platform } from '../../shared/ports/platform.ts';
import { readAwsConfig } from '../../shared/runtime/aws-config.ts';
import { awsPlatform } from '../../shared/runtime/aws-platform.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import type { MiniStack } from './mini-stack.ts';

/** A function as Lambda lists it. */
export interface DeployedFunction {
  readonly FunctionName: string;
  readonly Role: string;
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
}

/** Every function that stands in the account. */
export async function readFunctions({ endpoint, region }: MiniStack): Promise<readonly DeployedFunction[]> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(`${endpoint}/2015-03-31/functions/`, { headers: { authorization } });
  return ((await answer.json()) as { Functions: DeployedFunction[] }).Functions;
}

/** The environment that the functions were deployed with. */
export function environmentOf(functions: readonly DeployedFunction[]): Readonly<Record<string, string>> {
  const inbound = functions.find(({ FunctionName }) => FunctionName.includes('inboundprocessor'));
  if (inbound?.Environment === undefined) throw new Error('the inbound processor is not deployed');
  return inbound.Environment.Variables;
}

/** The platform as the deployed functions see it, under the account's own authority. */
export function deployedPlatform(miniStack: MiniStack, environment: Readonly<Record<string, string>>): Platform {
  Object.assign(process.env, miniStack.environment);
  return awsPlatform(
    readAwsConfig(environment),
    createLogger({ service: 'test', level: 'error', write: () => undefined }),
  );
}
