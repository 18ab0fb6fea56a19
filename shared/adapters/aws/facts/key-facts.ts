import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { KeyFacts } from '../../../ports/deployment-facts.ts';
import { ask } from './ask.ts';

/** What keys are, and whom they serve, from KMS. */
export function keyFacts(client: KMSClient): KeyFacts {
  return {
    async key(KeyId) {
      const { KeyMetadata: found } = await ask('kms:DescribeKey', client.send(new DescribeKeyCommand({ KeyId })));
      const isAwsManaged = found?.KeyManager === 'AWS';
      const state = found?.KeyState ?? 'unknown';
      // Nobody can change the policy of AWS's own keys: they serve no other service of the account.
      if (isAwsManaged) return { isAwsManaged, state };
      const asked = client.send(new GetKeyPolicyCommand({ KeyId: found?.KeyId ?? KeyId, PolicyName: 'default' }));
      const { Policy: policy } = await ask('kms:GetKeyPolicy', asked);
      return { isAwsManaged, state, ...(policy === undefined ? {} : { policy }) };
    },
  };
}
