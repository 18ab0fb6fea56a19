import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateReceiptRuleCommand, SESClient } from '@aws-sdk/client-ses';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { awsChecks } from '../../../../functions/ops/doctor/aws-checks.ts';
import type { Finding } from '../../../../functions/ops/doctor/finding.ts';
import { openDeployment } from '../../../../functions/ops/doctor/open-deployment.ts';
import { runChecks } from '../../../../functions/ops/doctor/run-checks.ts';
import { main } from '../../../../functions/ops/main.ts';
import { readAwsConfig } from '../../../../shared/runtime/aws-config.ts';
import { systemTimer } from '../../../../shared/runtime/system-timer.ts';
import { type AwsStandIn, startAwsStandIn } from '../../../support/aws-stand-in.ts';
import { makeDeployment, makeStack } from './aws-stack.ts';

let standIn: AwsStandIn;
let environment: Record<string, string>;

beforeAll(async () => {
  standIn = await startAwsStandIn();
  vi.stubEnv('AWS_ENDPOINT_URL', standIn.endpoint);
  vi.stubEnv('AWS_REGION', standIn.settings.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', standIn.settings.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', standIn.settings.credentials.secretAccessKey);
  environment = await makeDeployment(standIn);
  await makeStack(standIn, 'Lightermail-Pipeline', environment);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await standIn?.stop();
});

const dns = {
  mx: async () => [{ exchange: 'inbound-smtp.eu-central-1.amazonaws.com', priority: 10 }],
  txt: async () => ['v=DMARC1; p=reject'],
  cname: async () => [],
};

async function look(): Promise<readonly Finding[]> {
  const { deployment } = await openDeployment(readAwsConfig(environment), undefined);
  const results = await runChecks(awsChecks({ ...deployment, dns, askLinks: async () => 404 }), systemTimer);
  return results.flatMap(({ findings }) => findings);
}

const tell = ({ level, check, subject, finding }: Finding) => `${level} ${check} ${subject}: ${finding}`;

describe('npx lightermail doctor on AWS', () => {
  it('finds what the stand-in has well; what it cannot be asked is unknown, never well', async () => {
    const findings = await look();
    expect(findings.map(tell).filter((line) => line.startsWith('ok'))).toEqual([
      'ok caller account 123456789012: credentials hold',
      'ok clock this machine: its clock is right',
      'ok routes /routes: holds 1 route',
      'ok link-credentials links: are looked up at each click: no credentials to outlive',
      'ok mx in.example.com: MX 10 inbound-smtp.eu-central-1.amazonaws.com',
      'ok receipt-rules capture@in.example.com: stored under raw/capture/ by rule 1 of lightermail',
      'ok raw-mail raw-bucket: tells of mail, and SES may write to it',
      'ok topics arrival topic: may be published to, and is heard',
      'ok queues inbound: has its dead-letter queue and its function',
      'ok queues outbound: has its dead-letter queue and its function',
      'ok queues engagement: has its dead-letter queue and its function',
      'ok queues links: has its dead-letter queue and its function',
      'ok dmarc example.com: DMARC policy reject',
      'ok dead-letters inbound: no dead letters',
      'ok dead-letters outbound: no dead letters',
      'ok dead-letters engagement: no dead letters',
      'ok dead-letters links: no dead letters',
      'ok public-url https://links.example.com: leads to the gateway',
      'ok alarms alarms: none rings',
    ]);
    const unknown = findings.filter(({ level }) => level === 'unknown').map(({ check }) => check);
    expect(new Set(unknown)).toEqual(
      new Set(['topics', 'kms', 'sandbox', 'sending', 'quota', 'configuration-sets', 'suppression']),
    );
  });

  it('finds each fault, and says what to do', async () => {
    const sqs = new SQSClient(standIn.settings);
    const QueueUrl = environment.LIGHTERMAIL_INBOUND_QUEUE_URL;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '', VisibilityTimeout: '30' } }));
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: environment.LIGHTERMAIL_OUTBOUND_DLQ_URL,
        Attributes: { MessageRetentionPeriod: '86400' },
      }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: environment.LIGHTERMAIL_INBOUND_DLQ_URL, MessageBody: '{}' }));
    const Rule = {
      Name: 'earlier',
      Enabled: true,
      Recipients: ['in.example.com'],
      Actions: [{ StopAction: { Scope: 'RuleSet' as const } }],
    };
    await new SESClient(standIn.settings).send(new CreateReceiptRuleCommand({ RuleSetName: 'lightermail', Rule }));
    const Endpoint = 'ops@example.com';
    const TopicArn = environment.LIGHTERMAIL_FALLBACK_TOPIC_ARN;
    await new SNSClient(standIn.settings).send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint }));

    const findings = await look();

    const lines = findings.filter(({ level }) => level !== 'ok' && level !== 'unknown').map(tell);
    expect(lines).toEqual(
      expect.arrayContaining([
        'error topics inbound queue: its policy does not allow sns.amazonaws.com sqs:SendMessage',
        'error queues inbound: its visibility timeout is 30 s, read-inbound may run 300 s',
        'error queues outbound: its dead letters are kept 1 d, its messages 14 d: some die unseen',
        'warning dead-letters inbound: 1 dead letter waits for an operator',
        'error identity notifications@example.com: example.com is not verified',
      ]),
    );
    expect(findings.every(({ level, whatToDo }) => (level === 'ok') === (whatToDo === ''))).toBe(true);
    expect(JSON.stringify(findings)).not.toContain(Endpoint);
  });

  it('reads the settings from the functions of a stack', async () => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const code = await main(['doctor', '--stack', 'Lightermail-Pipeline', '--json'], {
      environment: {},
      print,
      printError: print,
    });
    const report = JSON.parse(lines.join('\n'));
    expect(code).toBe(1);
    expect(report).toMatchObject({ v: 1, platform: 'aws' });
    expect(report.findings).toContainEqual(expect.objectContaining({ check: 'routes', level: 'ok' }));

    lines.length = 0;
    const redrive = await main(['redrive', 'outbound', '--stack', 'Lightermail-Pipeline'], {
      environment: {},
      print,
      printError: print,
    });
    expect({ redrive, lines }).toEqual({ redrive: 0, lines: ['outbound: no dead letters'] });

    const none = await main(['doctor', '--stack', 'Nothing'], { environment: {}, print, printError: print });
    expect(none).toBe(1);
    expect(lines.join('\n')).toContain('there is no stack Nothing in this region');
  });

  it('finds that nothing tells of mail', async () => {
    const s3 = new S3Client({ ...standIn.settings, forcePathStyle: true });
    await s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: 'raw-bucket', NotificationConfiguration: {} }),
    );
    expect((await look()).map(tell)).toContain(
      'error raw-mail raw-bucket: tells nobody of mail under raw/: it lies unread',
    );
  });
});
