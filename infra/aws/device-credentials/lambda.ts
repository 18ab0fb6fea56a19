import { setTimeout as pause } from 'node:timers/promises';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { deviceCredentialsHandler } from './handler.ts';
import { iamAccessKeys } from './iam-access-keys.ts';
import { managedSecret } from './managed-secret.ts';
import { patiently } from './patiently.ts';
import { isAcceptedBySmtp } from './smtp-login.ts';

const { AWS_REGION: region = '', LIGHTERMAIL_DEVICE_USER: userName = '' } = process.env;
const iam = new IAMClient();
const secrets = new SecretsManagerClient();

/** TLS from the first byte. @see https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html */
const tlsPort = 465;

/** 40 s: IAM tells SES of a new key within seconds, seldom later. The function may run for longer. */
const patience = { attempts: 9, pauseMs: 5000, pause: (ms: number) => pause(ms) };

/** Entry point of the rotation function, and of the custom resource that ends with its keys. */
export const handler = deviceCredentialsHandler({
  region,
  userName,
  keysOf: (name) => iamAccessKeys(iam, name),
  secretOf: (secretId) => managedSecret(secrets, secretId),
  isAccepted: (credentials) =>
    patiently(() => isAcceptedBySmtp(credentials, { host: credentials.host, port: tlsPort }), patience),
});
