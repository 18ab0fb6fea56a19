import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import type { FunctionFacts } from '../../../ports/deployment-facts.ts';
import { ask } from './ask.ts';

/** Which functions a queue feeds, from Lambda. */
export function functionFacts(client: LambdaClient): FunctionFacts {
  return {
    async sourcesOf(EventSourceArn) {
      const command = new ListEventSourceMappingsCommand({ EventSourceArn });
      const { EventSourceMappings = [] } = await ask('lambda:ListEventSourceMappings', client.send(command));
      return Promise.all(
        EventSourceMappings.map(async ({ FunctionArn = '', State }) => {
          const asked = client.send(new GetFunctionConfigurationCommand({ FunctionName: FunctionArn }));
          const { Timeout = 0 } = await ask('lambda:GetFunctionConfiguration', asked);
          const functionName = FunctionArn.split(':')[6] ?? FunctionArn;
          // The words for a mapping that works, and for one that is being made to.
          const isEnabled = ['Enabled', 'Enabling', 'Creating', 'Updating'].includes(State ?? '');
          return { functionName, isEnabled, timeoutSeconds: Timeout };
        }),
      );
    },
  };
}
