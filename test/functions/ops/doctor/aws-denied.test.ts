import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../../functions/ops/main.ts';
import {
  answerJson,
  answerQueryError,
  type StubRequest,
  startStubEndpoint,
} from '../../../shared/adapters/aws/stub-endpoint.ts';

afterEach(() => vi.unstubAllEnvs());

const account = '123456789012';
/** The settings of the functions; nothing of it has to be there. */
const settings = (endpoint: string) => ({
  ...Object.fromEntries(
    ['INBOUND', 'OUTBOUND', 'ENGAGEMENT', 'LINKS'].flatMap((name) => [
      [`LIGHTERMAIL_${name}_QUEUE_URL`, `${endpoint}/${account}/${name}`],
      [`LIGHTERMAIL_${name}_DLQ_URL`, `${endpoint}/${account}/${name}-dead`],
    ]),
  ),
  LIGHTERMAIL_RAW_BUCKET: 'raw-bucket',
  LIGHTERMAIL_FILES_BUCKET: 'files-bucket',
  LIGHTERMAIL_TABLE: 'records',
  LIGHTERMAIL_FALLBACK_TOPIC_ARN: `arn:aws:sns:eu-central-1:${account}:fallback`,
  LIGHTERMAIL_ROUTES_PARAMETER: '/routes',
  LIGHTERMAIL_LINK_SECRET_ARN: `arn:aws:secretsmanager:eu-central-1:${account}:secret:link-abc`,
  LIGHTERMAIL_CONFIGURATION_SET: 'tracking',
  LIGHTERMAIL_PUBLIC_URL: 'https://links.invalid',
});

/** Each protocol's own way of saying that this may not be asked. */
function deny({ operation, url }: StubRequest, response: ServerResponse): void {
  if (operation === '' && !url.startsWith('/v2/') && !url.startsWith('/2015')) {
    answerQueryError(response, 403, 'AccessDenied');
    return;
  }
  response.setHeader('x-amzn-errortype', 'AccessDeniedException');
  answerJson(response, 403, { __type: 'AccessDeniedException' });
}

async function look(answer: typeof deny) {
  const endpoint = await startStubEndpoint(answer);
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint.settings.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', endpoint.settings.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', endpoint.settings.credentials.secretAccessKey);
  const environment = settings(endpoint.settings.endpoint);
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const code = await main(['doctor', '--json'], { environment, print, printError: print });
  await endpoint.close();
  return {
    code,
    findings: JSON.parse(lines.join('\n')).findings as { check: string; level: string; finding: string }[],
  };
}

describe('npx lightermail doctor with credentials that may ask nothing', () => {
  it('finds nothing well, crashes nowhere, and names each permission that is lacking', async () => {
    const { code, findings } = await look(deny);

    const asked = findings.filter(({ check }) => check !== 'clock' && check !== 'public-url');
    expect(asked.filter(({ level }) => level === 'ok')).toEqual([]);
    expect(asked.filter(({ level }) => level === 'error').map(({ check }) => check)).toEqual(['caller']);
    const lacking = asked.flatMap(({ finding }) => /: (\S+) is lacking$/.exec(finding)?.[1] ?? []);
    expect([...new Set(lacking)].sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      's3:GetBucketNotification',
      'ses:DescribeActiveReceiptRuleSet',
      'ses:GetAccount',
      'ses:GetConfigurationSet',
      'sns:GetTopicAttributes',
      'sqs:GetQueueAttributes',
      'ssm:GetParameter',
      'sts:GetCallerIdentity',
    ]);
    expect(code).toBe(1);
  });
});
