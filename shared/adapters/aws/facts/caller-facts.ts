import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { CallerFacts } from '../../../ports/deployment-facts.ts';
import { ask } from './ask.ts';

/** Who asks, from STS, which no policy can forbid. */
export function callerFacts(client: STSClient): CallerFacts {
  return {
    async accountId() {
      const answer = await ask('sts:GetCallerIdentity', client.send(new GetCallerIdentityCommand({})));
      return answer.Account ?? '';
    },
  };
}
