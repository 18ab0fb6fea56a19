import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import type { AccessKeys } from './access-keys.ts';

/** The access keys of one user as IAM has them. Errors are IAM's own. */
export function iamAccessKeys(client: IAMClient, userName: string): AccessKeys {
  return {
    async list() {
      const answer = await client
        .send(new ListAccessKeysCommand({ UserName: userName }))
        .catch(absentAs({ AccessKeyMetadata: [] }));
      return (answer.AccessKeyMetadata ?? []).flatMap(({ AccessKeyId }) => AccessKeyId ?? []);
    },
    async create() {
      const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName: userName }));
      if (AccessKey?.AccessKeyId === undefined || AccessKey.SecretAccessKey === undefined)
        throw new Error('iam answered without a key');
      return { id: AccessKey.AccessKeyId, secret: AccessKey.SecretAccessKey };
    },
    async remove(id) {
      const command = new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: id });
      await client.send(command).catch(absentAs(undefined));
    },
  };
}

function absentAs<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof NoSuchEntityException) return value;
    throw error;
  };
}
