import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createS3Client, createSnsClient, createSqsClient, createStsClient } from '../aws-clients.ts';

/** An operator waits: a service that does not answer within five seconds is one more finding. */
const requestHandler = { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
/** SES's calls about an account are allowed once a second: the client library waits and asks again. */
const maxAttempts = 5;

/** The clients that a look at a deployment needs, each made when it is asked for. */
export function createFactClients(region: string | undefined) {
  const settings = { ...(region === undefined ? {} : { region }), requestHandler, maxAttempts };
  return {
    sts: () => createStsClient(settings),
    s3: () => createS3Client(settings),
    sqs: () => createSqsClient(settings),
    sns: () => createSnsClient(settings),
    ses: () => new SESClient(settings),
    sesV2: () => new SESv2Client(settings),
    kms: () => new KMSClient(settings),
    lambda: () => new LambdaClient(settings),
    cloudWatch: () => new CloudWatchClient(settings),
    cloudFormation: () => new CloudFormationClient(settings),
  };
}
