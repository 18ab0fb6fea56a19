import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../../infra/aws/context.ts';
import { readAwsSettings } from '../../../infra/aws/settings.ts';

const root = resolve(import.meta.dirname, '../../..');

function run(context: Record<string, unknown>) {
  const { PATH } = process.env;
  const env = { PATH, CDK_CONTEXT_JSON: JSON.stringify(context) };
  return spawnSync(process.execPath, ['infra/aws/app.ts'], { cwd: root, env, encoding: 'utf8' });
}

describe('the CDK app', () => {
  it('stops on wrong settings with one clear block: a line each, no stack trace', () => {
    const { status, stderr } = run({
      recipient: 'x',
      sender: 'a@example.com',
      allowedSenders: '*@example.com',
      takeOver: 1,
    });

    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'these settings do not work; give each as -c name=value:',
      '  recipient is "x": must be one e-mail address such as capture@in.example.com',
      '  takeOver is "1": must be true or false',
    ]);
  });
});

describe('readContext', () => {
  const node = (context: Record<string, unknown>) => new App({ context }).node;

  it('reads values of cdk.json as text, whatever their type', () => {
    expect(readContext(node({ recipient: 'a@b.example', retentionDays: 7, takeOver: true }), false)).toMatchObject({
      recipient: 'a@b.example',
      retentionDays: '7',
      takeOver: 'true',
    });
  });

  it('uses the example settings only when asked, and only when no setting is given', () => {
    expect(readContext(node({}), false).recipient).toBeUndefined();
    expect(readContext(node({ sender: 'a@b.example' }), true).recipient).toBeUndefined();
    expect(readAwsSettings(readContext(node({}), true)).routes[0]?.address).toBe('capture@in.example.com');
  });
});
