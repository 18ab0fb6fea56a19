import type { ServerResponse } from 'node:http';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createS3Client,
  createSnsClient,
  createSqsClient,
  createStsClient,
} from '../../../../../shared/adapters/aws/aws-clients.ts';
import { alarmFacts } from '../../../../../shared/adapters/aws/facts/alarm-facts.ts';
import { bucketFacts } from '../../../../../shared/adapters/aws/facts/bucket-facts.ts';
import { callerFacts } from '../../../../../shared/adapters/aws/facts/caller-facts.ts';
import { functionFacts } from '../../../../../shared/adapters/aws/facts/function-facts.ts';
import { keyFacts } from '../../../../../shared/adapters/aws/facts/key-facts.ts';
import { queueFacts } from '../../../../../shared/adapters/aws/facts/queue-facts.ts';
import { receiptFacts } from '../../../../../shared/adapters/aws/facts/receipt-facts.ts';
import { sesFacts } from '../../../../../shared/adapters/aws/facts/ses-facts.ts';
import { readStackEnvironment } from '../../../../../shared/adapters/aws/facts/stack-environment.ts';
import { topicFacts } from '../../../../../shared/adapters/aws/facts/topic-facts.ts';
import { answerJson, answerQueryError, answerXmlError, type StubRequest, startStubEndpoint } from '../stub-endpoint.ts';

type Answer = (request: StubRequest, response: ServerResponse) => void;

async function settingsOf(answer: Answer) {
  const endpoint = await startStubEndpoint(answer);
  onTestFinished(() => endpoint.close());
  return { ...endpoint.settings, maxAttempts: 1 };
}

/** As each protocol says it: JSON by header, XML by body. */
const deny =
  (protocol: 'json' | 'query' | 's3'): Answer =>
  (_request, response) => {
    if (protocol === 'query') return answerQueryError(response, 403, 'AccessDenied');
    if (protocol === 's3') return answerXmlError(response, 403, 'AccessDenied');
    response.setHeader('x-amzn-errortype', 'AccessDeniedException');
    answerJson(response, 403, { __type: 'AccessDeniedException', message: 'not allowed' });
  };

type Settings = Awaited<ReturnType<typeof settingsOf>>;

describe('a question that is not allowed', () => {
  it.each<[string, 'json' | 'query' | 's3', (settings: Settings) => Promise<unknown>]>([
    ['ses:GetAccount', 'json', (at) => sesFacts(new SESv2Client(at)).account()],
    ['ses:GetEmailIdentity', 'json', (at) => sesFacts(new SESv2Client(at)).identity('example.com')],
    ['ses:GetConfigurationSet', 'json', (at) => sesFacts(new SESv2Client(at)).configurationSet('set')],
    ['ses:GetSuppressedDestination', 'json', (at) => sesFacts(new SESv2Client(at)).suppressedFor('a@example.com')],
    [
      'ses:DescribeActiveReceiptRuleSet',
      'query',
      (at) => receiptFacts(new SESClient(at), sesFacts(new SESv2Client(at))).activeRuleSet(),
    ],
    [
      's3:GetBucketNotification',
      's3',
      (at) => bucketFacts(createS3Client({ ...at, forcePathStyle: true })).notifications('b'),
    ],
    ['s3:GetBucketPolicy', 's3', (at) => bucketFacts(createS3Client({ ...at, forcePathStyle: true })).policy('b')],
    ['sqs:GetQueueAttributes', 'json', (at) => queueFacts(createSqsClient(at)).attributes(`${at.endpoint}/1/q`)],
    [
      'sns:GetTopicAttributes',
      'query',
      (at) => topicFacts(createSnsClient(at)).attributes('arn:aws:sns:eu-central-1:1:t'),
    ],
    [
      'sns:ListSubscriptionsByTopic',
      'query',
      (at) => topicFacts(createSnsClient(at)).subscriptions('arn:aws:sns:eu-central-1:1:t'),
    ],
    ['kms:DescribeKey', 'json', (at) => keyFacts(new KMSClient(at)).key('k')],
    ['lambda:ListEventSourceMappings', 'json', (at) => functionFacts(new LambdaClient(at)).sourcesOf('arn')],
    ['cloudwatch:DescribeAlarms', 'json', (at) => alarmFacts(new CloudWatchClient(at)).ringing()],
    ['sts:GetCallerIdentity', 'query', (at) => callerFacts(createStsClient(at)).accountId()],
    [
      'cloudformation:ListStackResources',
      'query',
      (at) => readStackEnvironment(new CloudFormationClient(at), new LambdaClient(at), 'stack'),
    ],
  ])('%s is an error that names the permission', async (permission, protocol, ask) => {
    const settings = await settingsOf(deny(protocol));
    await expect(ask(settings)).rejects.toMatchObject({ code: 'ERR_CREDENTIALS', details: { permission } });
  });

  it('for want of valid credentials names no permission', async () => {
    const settings = await settingsOf((_request, response) => answerQueryError(response, 403, 'ExpiredToken'));
    await expect(callerFacts(createStsClient(settings)).accountId()).rejects.toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: 'sts:GetCallerIdentity was answered with ExpiredToken 403',
      details: { reason: 'ExpiredToken 403' },
    });
  });

  it('to a service that fails is no matter of credentials', async () => {
    const settings = await settingsOf((_request, response) => answerJson(response, 500, {}));
    await expect(sesFacts(new SESv2Client(settings)).account()).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
  });
});

describe('what SES says', () => {
  it('of the active rules: in order, whom they take, and whether they write by a role', async () => {
    const action = (inner: string) => `<member>${inner}</member>`;
    const store = (more: string) =>
      action(`<S3Action><BucketName>raw</BucketName><ObjectKeyPrefix>raw/r/</ObjectKeyPrefix>${more}</S3Action>`);
    const rule = (name: string, inner: string) =>
      `<member><Name>${name}</Name><Enabled>true</Enabled><TlsPolicy>Require</TlsPolicy><ScanEnabled>false</ScanEnabled>
       <Recipients><member>A@in.example.com</member></Recipients><Actions>${inner}</Actions></member>`;
    const stop = action('<StopAction><Scope>RuleSet</Scope></StopAction>');
    const role = '<IamRoleArn>arn:aws:iam::123456789012:role/writer</IamRoleArn>';
    const settings = await settingsOf((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(
        `<DescribeActiveReceiptRuleSetResponse><DescribeActiveReceiptRuleSetResult><Metadata><Name>set</Name></Metadata>
         <Rules>${rule('one', store(role) + stop)}${rule('two', store(''))}</Rules>
         </DescribeActiveReceiptRuleSetResult></DescribeActiveReceiptRuleSetResponse>`,
      );
    });
    const facts = receiptFacts(new SESClient(settings), sesFacts(new SESv2Client(settings)));
    const common = { isEnabled: true, requiresTls: true, scans: false, recipients: ['a@in.example.com'] };
    expect(await facts.activeRuleSet()).toEqual({
      name: 'set',
      rules: [
        {
          ...common,
          name: 'one',
          actions: ['s3', 'stop'],
          stores: [{ bucket: 'raw', prefix: 'raw/r/', byRole: true }],
        },
        { ...common, name: 'two', actions: ['s3'], stores: [{ bucket: 'raw', prefix: 'raw/r/' }] },
      ],
    });
  });

  it('of the account, of an identity, and of a configuration set', async () => {
    const answers: Readonly<Record<string, object>> = {
      '/v2/email/account': {
        ...{ ProductionAccessEnabled: true, SendingEnabled: true, EnforcementStatus: 'HEALTHY' },
        SendQuota: { Max24HourSend: 50_000, SentLast24Hours: 7, MaxSendRate: 14 },
        SuppressionAttributes: { SuppressedReasons: ['BOUNCE'] },
      },
      '/v2/email/identities/example.com': {
        VerifiedForSendingStatus: true,
        DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS', Tokens: ['t1'], SigningAttributesOrigin: 'AWS_SES' },
        MailFromAttributes: { MailFromDomain: 'b.example.com', MailFromDomainStatus: 'SUCCESS' },
      },
      '/v2/email/configuration-sets/set': {
        SendingOptions: { SendingEnabled: false },
        SuppressionOptions: { SuppressedReasons: [] },
      },
      '/v2/email/configuration-sets/set/event-destinations': {
        EventDestinations: [
          { Name: 'd', Enabled: true, MatchingEventTypes: ['SEND'], SnsDestination: { TopicArn: 'arn:topic' } },
          { Name: 'e', Enabled: false, MatchingEventTypes: [] },
        ],
      },
    };
    const settings = await settingsOf(({ url }, response) => {
      const found = answers[url];
      if (found !== undefined) return answerJson(response, 200, found);
      response.setHeader('x-amzn-errortype', 'NotFoundException');
      answerJson(response, 404, { message: 'none' });
    });
    const facts = sesFacts(new SESv2Client(settings));

    expect(await facts.account()).toEqual({
      ...{ hasProductionAccess: true, isSendingEnabled: true, enforcementStatus: 'HEALTHY' },
      ...{ maxPerDay: 50_000, sentLastDay: 7, maxPerSecond: 14, suppressedReasons: ['BOUNCE'] },
    });
    expect(await facts.identity('example.com')).toEqual({
      ...{ name: 'example.com', isVerified: true, mailFrom: { domain: 'b.example.com', status: 'SUCCESS' } },
      dkim: { isEnabled: true, status: 'SUCCESS', origin: 'AWS_SES', tokens: ['t1'] },
    });
    expect(await facts.configurationSet('set')).toEqual({
      isSendingEnabled: false,
      suppressedReasons: [],
      destinations: [
        { isEnabled: true, eventTypes: ['SEND'], topicArn: 'arn:topic' },
        { isEnabled: false, eventTypes: [] },
      ],
    });
    expect(await facts.identity('other.example')).toBeUndefined();
    expect(await facts.configurationSet('other')).toBeUndefined();
    expect(await facts.suppressedFor('a@example.com')).toBeUndefined();
  });
});
