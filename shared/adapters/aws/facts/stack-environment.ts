import { type CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { PermanentMailError } from '../../../errors/mail-error.ts';
import { ask, askFor } from './ask.ts';

/**
 * The settings of the functions of a deployed stack: every function has them all in its environment.
 * @throws PermanentMailError `ERR_SETTING` when there is no such stack, or it holds none of our functions
 */
export async function readStackEnvironment(
  cloudFormation: CloudFormationClient,
  lambda: LambdaClient,
  stackName: string,
): Promise<Readonly<Record<string, string>>> {
  const command = new DescribeStackResourcesCommand({ StackName: stackName });
  // The name by which CloudFormation says that there is no such stack.
  const answer = await askFor('cloudformation:DescribeStackResources', cloudFormation.send(command), 'ValidationError');
  if (answer === undefined)
    throw new PermanentMailError('ERR_SETTING', `there is no stack ${stackName} in this region`);
  const functions = (answer.StackResources ?? []).filter(
    ({ ResourceType }) => ResourceType === 'AWS::Lambda::Function',
  );
  for (const { PhysicalResourceId: FunctionName } of functions) {
    if (FunctionName === undefined) continue;
    const asked = lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { Environment } = await ask('lambda:GetFunctionConfiguration', asked);
    if (Environment?.Variables?.LIGHTERMAIL_TABLE !== undefined) return Environment.Variables;
  }
  throw new PermanentMailError(
    'ERR_SETTING',
    `the stack ${stackName} has no function of Lightermail: name the pipeline's stack, usually Lightermail-Pipeline`,
  );
}
