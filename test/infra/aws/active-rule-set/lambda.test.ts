import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const ses = vi.hoisted(() => ({ names: ['ours'], active: undefined as string | undefined }));

/** SES's first API as far as the custom resource uses it: the package itself comes with Lambda's runtime. */
vi.mock('@aws-sdk/client-ses', () => {
  class DescribeActiveReceiptRuleSetCommand {
    run = () => (ses.active === undefined ? {} : { Metadata: { Name: ses.active } });
  }
  class DescribeReceiptRuleSetCommand {
    readonly input: { RuleSetName: string };
    constructor(input: { RuleSetName: string }) {
      this.input = input;
    }
    run = () => {
      if (ses.names.includes(this.input.RuleSetName)) return { Metadata: { Name: this.input.RuleSetName } };
      throw Object.assign(new Error('Rule set does not exist'), { name: 'RuleSetDoesNotExistException' });
    };
  }
  class SetActiveReceiptRuleSetCommand {
    readonly input: { RuleSetName?: string };
    constructor(input: { RuleSetName?: string }) {
      this.input = input;
    }
    run = () => {
      ses.active = this.input.RuleSetName;
      return {};
    };
  }
  class SESClient {
    send = async (command: { run(): unknown }) => command.run();
  }
  return {
    DescribeActiveReceiptRuleSetCommand,
    DescribeReceiptRuleSetCommand,
    SetActiveReceiptRuleSetCommand,
    SESClient,
  };
});

const { handler } = await import('../../../../infra/aws/active-rule-set/lambda.ts');

interface Answer {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, string>;
}

let server: Server;
let answers: Answer[];
let status: number;

beforeEach(async () => {
  answers = [];
  status = 200;
  server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    answers.push({
      method: request.method,
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    response.writeHead(status).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});

afterEach(async () => {
  await new Promise((closed) => server.close(closed));
});

const request = (id: string) => ({
  ServiceToken: 'arn',
  ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Active',
  ResourceType: 'Custom::LightermailActiveRuleSet',
  PhysicalResourceId: id,
  ResourceProperties: { ServiceToken: 'arn', ruleSetName: 'ours', takeOver: 'false' as const },
});

describe('the custom resource', () => {
  it('activates our rule set and answers without a content type, as the presigned URL wants it', async () => {
    ses.active = undefined;

    await handler({ ...request(''), RequestType: 'Create' });

    expect(ses.active).toBe('ours');
    expect(answers[0]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'active-rule-set' });
    expect(answers[0]?.method).toBe('PUT');
    expect(answers[0]?.headers).not.toHaveProperty('content-type');
    expect(Number(answers[0]?.headers['content-length'])).toBeGreaterThan(0);
  });

  it('answers a refusal, and leaves the other rule set active', async () => {
    ses.active = 'theirs';

    await handler({ ...request(''), RequestType: 'Create' });

    expect(ses.active).toBe('theirs');
    expect(answers[0]?.body).toMatchObject({ Status: 'FAILED' });
  });

  it('deactivates ours when the rule set it replaced is gone', async () => {
    ses.active = 'ours';

    await handler({ ...request('active-rule-set/gone'), RequestType: 'Delete' });

    expect(ses.active).toBeUndefined();
    expect(answers[0]?.body.Status).toBe('SUCCESS');
  });

  it('fails, so that Lambda runs it again, when the answer is not taken', async () => {
    status = 503;

    await expect(handler({ ...request(''), RequestType: 'Create' })).rejects.toThrow('status 503');
  });
});
