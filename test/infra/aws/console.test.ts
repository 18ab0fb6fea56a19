import { describe, expect, it } from 'vitest';
import { leastSettings, onlyResource, resourcesOfType, shown, synthesize } from './synthesized.ts';

const { pipeline } = synthesize({ ...leastSettings, console: 'true' });
const all = (type: string) => resourcesOfType(pipeline, type).filter(([id]) => id.startsWith('Console'));
const find = (type: string) => onlyResource(pipeline, type, 'Console');

describe('the console', () => {
  it('is not there unless it was asked for', () => {
    expect(JSON.stringify(synthesize().pipeline.toJSON())).not.toMatch(/console/i);
  });

  it('has an API of its own whose every path leads to its function, and a log without paths and callers', () => {
    const [, stage] = find('AWS::ApiGatewayV2::Stage');
    const routes = all('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);

    expect(routes.sort()).toEqual(['ANY /', 'ANY /{proxy+}']);
    expect(stage.Properties.DefaultRouteSettings.ThrottlingRateLimit).toBeLessThanOrEqual(20);
    expect(stage.Properties.AccessLogSettings.Format).not.toMatch(/path|requestUri|sourceIp|userAgent|identity/i);
  });

  it('knows its host and its token, which Secrets Manager makes', () => {
    const [secretId, secret] = find('AWS::SecretsManager::Secret');
    const { Variables } = find('AWS::Lambda::Function')[1].Properties.Environment;

    expect(secret.Properties.GenerateSecretString).toMatchObject({ PasswordLength: 64 });
    expect(shown(Variables.LIGHTERMAIL_CONSOLE_SECRET_ARN)).toBe(`{${secretId}}`);
    expect(JSON.stringify(Variables.LIGHTERMAIL_CONSOLE_HOST)).toContain('ConsoleApi');
    const outputs = Object.keys(pipeline.toJSON().Outputs);
    expect(outputs).toEqual(expect.arrayContaining(['ConsoleUrl', 'ConsoleTokenArn']));
  });

  it('may read and change records and files, count messages and read its own token: nothing else', () => {
    const [, role] = find('AWS::IAM::Role');
    const [policy, ...more] = role.Properties.Policies;
    const statements = policy.PolicyDocument.Statement.map((statement: { Action: string | string[] }) =>
      [statement.Action].flat().sort(),
    );

    expect(more).toEqual([]);
    expect(statements).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      ['s3:ListBucket'],
      ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      ['sqs:GetQueueAttributes'],
      ['secretsmanager:GetSecretValue'],
      ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    ]);
  });
});
