import { type CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { PermanentMailError } from '../../../errors/mail-error.ts';
import { ask, askFor } from './ask.ts';

/** A stack has room for 500 resources, a page for 100. */
const mostPages = 10;

/**
 * The settings of the functions of a deployed stack: each has most of them in its environment, and all of them together
 * have all.
 * @throws PermanentMailError `ERR_SETTING` when there is no such stack, or it holds none of our functions
 */
export async function readStackEnvironment(
  cloudFormation: CloudFormationClient,
  lambda: LambdaClient,
  stackName: string,
): Promise<Readonly<Record<string, string>>> {
  const names = await listFunctions(cloudFormation, stackName);
  const environments = await Promise.all(
    names.map(async (FunctionName) => {
      const asked = lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return (await ask('lambda:GetFunctionConfiguration', asked)).Environment?.Variables ?? {};
    }),
  );
  const settings = Object.fromEntries(
    environments.flatMap((one) => Object.entries(one).filter(([name]) => name.startsWith('LIGHTERMAIL_'))),
  );
  if (settings.LIGHTERMAIL_TABLE !== undefined) return settings;
  throw new PermanentMailError(
    'ERR_SETTING',
    `the stack ${stackName} has no function of Lightermail: name the pipeline's stack, usually Lightermail-Pipeline`,
  );
}

async function listFunctions(client: CloudFormationClient, StackName: string): Promise<readonly string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const command = new ListStackResourcesCommand({ StackName, ...(NextToken && { NextToken }) });
    // The name by which CloudFormation says that there is no such stack.
    const answer = await askFor('cloudformation:ListStackResources', client.send(command), 'ValidationError');
    if (answer === undefined)
      throw new PermanentMailError('ERR_SETTING', `there is no stack ${StackName} in this region`);
    for (const { ResourceType, PhysicalResourceId } of answer.StackResourceSummaries ?? []) {
      if (ResourceType === 'AWS::Lambda::Function' && PhysicalResourceId) names.push(PhysicalResourceId);
    }
    NextToken = answer.NextToken;
    if (!NextToken) break;
  }
  return names;
}
