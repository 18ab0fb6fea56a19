import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';

/**
 * The SDK clients with the time limits that this system needs; a caller's settings (endpoint, region, credentials)
 * come last and win. A connection inside a region takes milliseconds, so three seconds mean that nobody is there.
 */
const connectionTimeout = 3_000;

/** Waiting longer than this for the first byte of an answer is failure: the client library tries again. */
const requestTimeout = 10_000;

/**
 * S3: an open object may stay unread while one of its parts is stored, so an idle connection is left alone for
 * two minutes; after that a download is dead, and the mail is tried again.
 */
export function createS3Client(settings: S3ClientConfig = {}): S3Client {
  const requestHandler = {
    connectionTimeout,
    requestTimeout: 60_000,
    socketTimeout: 120_000,
    throwOnRequestTimeout: true,
  };
  return new S3Client({ maxAttempts: 4, requestHandler, ...settings });
}

/** SQS: a long poll lasts 20 s, so an answer may take that and a little more. */
export function createSqsClient(settings: SQSClientConfig = {}): SQSClient {
  const requestHandler = { connectionTimeout, requestTimeout: 30_000, throwOnRequestTimeout: true };
  return new SQSClient({ maxAttempts: 4, requestHandler, ...settings });
}

/** STS: asked once in minutes, for the session that signs links. */
export function createStsClient(settings: STSClientConfig = {}): STSClient {
  const requestHandler = { connectionTimeout, requestTimeout, throwOnRequestTimeout: true };
  return new STSClient({ maxAttempts: 4, requestHandler, ...settings });
}

/** SNS. */
export function createSnsClient(settings: SNSClientConfig = {}): SNSClient {
  const requestHandler = { connectionTimeout, requestTimeout, throwOnRequestTimeout: true };
  return new SNSClient({ maxAttempts: 4, requestHandler, ...settings });
}

/** Secrets Manager. */
export function createSecretsManagerClient(settings: SecretsManagerClientConfig = {}): SecretsManagerClient {
  const requestHandler = { connectionTimeout, requestTimeout, throwOnRequestTimeout: true };
  return new SecretsManagerClient({ maxAttempts: 4, requestHandler, ...settings });
}

/** Systems Manager, for its parameters. */
export function createSsmClient(settings: SSMClientConfig = {}): SSMClient {
  const requestHandler = { connectionTimeout, requestTimeout, throwOnRequestTimeout: true };
  return new SSMClient({ maxAttempts: 4, requestHandler, ...settings });
}

/** DynamoDB answers in milliseconds; a request without an answer after five seconds is repeated. */
export function createDynamoClient(settings: DynamoDBClientConfig = {}): DynamoDBClient {
  const requestHandler = { connectionTimeout, requestTimeout: 5_000, throwOnRequestTimeout: true };
  return new DynamoDBClient({ maxAttempts: 5, requestHandler, ...settings });
}

/** The longest wait for SES's answer to one POST; unit: milliseconds. */
export const sesRequestTimeoutMs = 30_000;

export interface SesClientSettings extends SESv2ClientConfig {
  /** 30,000 by default. */
  readonly requestTimeoutMs?: number;
}

/**
 * SES v2 with exactly one POST per call. Each call opens its own connection: one kept alive may have been closed by
 * the other side while the function was frozen, and the reset that follows could not be told from a mail that was
 * taken, which would make a good mail wait a quarter of an hour as uncertain.
 */
export function createSesClient(settings: SesClientSettings = {}): SESv2Client {
  const { requestTimeoutMs = sesRequestTimeoutMs, ...rest } = settings;
  const agent = { keepAlive: false, maxSockets: 50 };
  const requestHandler = {
    connectionTimeout,
    requestTimeout: requestTimeoutMs,
    socketTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  };
  return new SESv2Client({ requestHandler, ...rest, maxAttempts: 1 });
}
