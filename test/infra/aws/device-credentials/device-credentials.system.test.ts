import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateUserCommand, DeleteUserCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerRotationEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CredentialSecret, SmtpCredentials } from '../../../../infra/aws/device-credentials/credential-secret.ts';
import { deviceCredentialsHandler } from '../../../../infra/aws/device-credentials/handler.ts';
import { iamAccessKeys } from '../../../../infra/aws/device-credentials/iam-access-keys.ts';
import { managedSecret } from '../../../../infra/aws/device-credentials/managed-secret.ts';
import { type AwsStandIn, startAwsStandIn } from '../../../support/aws-stand-in.ts';
import { firstCredentials } from './fakes.ts';

const userName = 'devices';
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

let aws: AwsStandIn;
let iam: IAMClient;
let secrets: SecretsManagerClient;
let secretId = '';
let answers: Server;
const answered: { Status: string; PhysicalResourceId: string }[] = [];
const tried: SmtpCredentials[] = [];

/** RotateSecret gives an empty version the label AWSPENDING before it calls; the stand-in cannot. */
function rotating(secret: CredentialSecret): CredentialSecret {
  const readStage: CredentialSecret['readStage'] = async (version) => {
    const stage = await secret.readStage(version);
    return stage === 'unknown' ? 'pending' : stage;
  };
  return { ...secret, readStage };
}

beforeAll(async () => {
  aws = await startAwsStandIn();
  iam = new IAMClient(aws.settings);
  secrets = new SecretsManagerClient(aws.settings);
  await iam.send(new CreateUserCommand({ UserName: userName }));
  const made = await secrets.send(
    new CreateSecretCommand({ Name: 'device-credentials', SecretString: JSON.stringify(firstCredentials) }),
  );
  secretId = made.ARN ?? '';
  answers = createServer(async (request, response) => {
    answered.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    response.end();
  });
  await new Promise<void>((listening) => answers.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await aws.stop();
  await new Promise((closed) => answers.close(closed));
});

const handler = deviceCredentialsHandler({
  region: 'eu-west-1',
  userName,
  keysOf: (name) => iamAccessKeys(iam, name),
  secretOf: (id) => rotating(managedSecret(secrets, id)),
  isAccepted: async (credentials) => tried.push(credentials) > 0,
});

async function rotate(version: string): Promise<void> {
  for (const Step of steps) {
    const event: SecretsManagerRotationEvent = { Step, SecretId: secretId, ClientRequestToken: version };
    await handler(event);
  }
}

async function read(stage: string): Promise<SmtpCredentials> {
  const answer = await secrets.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }));
  return JSON.parse(answer.SecretString ?? '');
}

const keyIds = async () =>
  ((await iam.send(new ListAccessKeysCommand({ UserName: userName }))).AccessKeyMetadata ?? []).map(
    ({ AccessKeyId }) => AccessKeyId,
  );

const versions = ['1', '2', '3'].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string];

describe("devices' credentials against IAM and Secrets Manager as moto has them", () => {
  it('are made, replaced, and taken away one rotation after they were replaced', async () => {
    await rotate(versions[0]);
    const first = await read('AWSCURRENT');
    expect(first).toMatchObject({ host: firstCredentials.host, port: 587 });
    expect(await keyIds()).toEqual([first.username]);
    expect(first.password).toMatch(/^B[A-Za-z0-9+/]{43}$/);

    await rotate(versions[1]);
    const second = await read('AWSCURRENT');
    expect(await read('AWSPREVIOUS')).toEqual(first);
    expect((await keyIds()).sort()).toEqual([first.username, second.username].sort());

    await rotate(versions[2]);
    const third = await read('AWSCURRENT');
    expect((await keyIds()).sort()).toEqual([second.username, third.username].sort());
    expect(tried).toEqual([first, second, third]);
  });

  it('do nothing twice: a step that comes again changes nothing', async () => {
    const [before, current] = [await keyIds(), await read('AWSCURRENT')];

    await rotate(versions[2]);

    expect(await keyIds()).toEqual(before);
    expect(await read('AWSCURRENT')).toEqual(current);
  });

  it('go with the stack, so that IAM deletes the user; and once more without a fault', async () => {
    const request = {
      ServiceToken: 'arn',
      ResponseURL: `http://127.0.0.1:${(answers.address() as AddressInfo).port}/`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Keys',
      ResourceType: 'Custom::LightermailDeviceKeys',
      ResourceProperties: { ServiceToken: 'arn', userName },
    };
    await handler({ ...request, RequestType: 'Create' });
    expect((await keyIds()).length).toBe(2);

    await handler({ ...request, RequestType: 'Delete', PhysicalResourceId: 'device-keys/devices' });
    expect(await keyIds()).toEqual([]);
    await iam.send(new DeleteUserCommand({ UserName: userName }));
    await handler({ ...request, RequestType: 'Delete', PhysicalResourceId: 'device-keys/devices' });

    expect(answered.map(({ Status, PhysicalResourceId }) => [Status, PhysicalResourceId])).toEqual(
      Array(3).fill(['SUCCESS', 'device-keys/devices']),
    );
  });
});
