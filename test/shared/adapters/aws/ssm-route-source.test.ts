import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSsmClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createSsmRouteSource } from '../../../../shared/adapters/aws/ssm-route-source.ts';
import { type MailError, toErrorCode } from '../../../../shared/errors/mail-error.ts';
import type { RouteSource } from '../../../../shared/ports/platform.ts';
import { answerJson, type StubEndpoint, startStubEndpoint } from './stub-endpoint.ts';

const marker = ':Geheim_4711:';
const route = (id: string) => ({
  id,
  address: 'capture@in.example.com',
  identity: 'notifications@example.com',
  recipients: { from: 'body', marker },
});

describe('SSM route source', () => {
  let endpoint: StubEndpoint;
  let source: RouteSource;
  let text: string | undefined;
  let nowMs: number;
  const logged: string[] = [];
  beforeEach(async () => {
    text = JSON.stringify([route('first')]);
    nowMs = Date.parse('2026-05-01T00:00:00Z');
    logged.length = 0;
    endpoint = await startStubEndpoint((_request, response) => {
      if (text === undefined) answerJson(response, 500, { __type: 'InternalServerError' });
      else answerJson(response, 200, { Parameter: { Value: text } });
    });
    const quiet = () => undefined;
    source = createSsmRouteSource({
      client: createSsmClient({ ...endpoint.settings, maxAttempts: 1 }),
      parameterName: '/lightermail/routes',
      clock: { now: () => new Date(nowMs) },
      log: { debug: quiet, info: quiet, warn: quiet, error: (message, error) => logged.push(`${message}: ${error}`) },
    });
  });
  afterEach(() => endpoint.close());

  const ids = async () => (await source.routes()).map((one) => one.id);

  it('reads the decrypted parameter once a minute, however many ask', async () => {
    expect(await Promise.all([ids(), ids(), ids()])).toEqual([['first'], ['first'], ['first']]);
    nowMs += 59_999;
    await ids();
    expect(endpoint.requests).toHaveLength(1);
    expect(JSON.parse(endpoint.requests[0]!.body.toString())).toEqual({
      Name: '/lightermail/routes',
      WithDecryption: true,
    });
    text = JSON.stringify([route('second')]);
    nowMs += 1;
    expect(await ids()).toEqual(['second']);
    expect(endpoint.requests).toHaveLength(2);
  });

  it.each([
    ['that is not JSON', '[{'],
    ['with a bad route', JSON.stringify([{ ...route('Bad Id'), linkExpirySeconds: -1 }])],
    ['without an answer', undefined],
  ])(
    'a later reading %s keeps the last good routes, is logged, and is not repeated for a minute',
    async (_what, bad) => {
      await ids();
      text = bad;
      nowMs += 60_000;
      expect(await ids()).toEqual(['first']);
      expect(await ids()).toEqual(['first']);
      expect(logged).toHaveLength(1);
      expect(endpoint.requests).toHaveLength(2);
      text = JSON.stringify([route('mended')]);
      nowMs += 60_000;
      expect(await ids()).toEqual(['mended']);
    },
  );

  it('a first reading of bad routes throws ERR_SETTING that names the fields and no value', async () => {
    text = JSON.stringify([{ ...route('ok'), identity: 'no address', maxRecipients: 0 }]);
    const error = (await source.routes().catch((caught: unknown) => caught)) as MailError;
    expect(error.code).toBe('ERR_SETTING');
    expect(error.message).toContain('0.maxRecipients, 0.identity');
    expect(error.message).not.toMatch(/no address|Geheim/);
  });

  it('a first reading that fails throws, and the next one tries again', async () => {
    text = undefined;
    expect(await source.routes().catch(toErrorCode)).toBe('ERR_STORE_UNAVAILABLE');
    text = JSON.stringify([route('first')]);
    expect(await ids()).toEqual(['first']);
  });
});
