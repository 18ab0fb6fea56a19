import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createSnsClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createSnsTopic, toSnsSubject } from '../../../../shared/adapters/aws/sns-topic.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { answerQueryError, type StubEndpoint, startStubEndpoint } from './stub-endpoint.ts';

let endpoint: StubEndpoint | undefined;
afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

async function openAt(...[answer]: Parameters<typeof startStubEndpoint>) {
  endpoint = await startStubEndpoint(answer);
  const client = createSnsClient({ ...endpoint.settings, maxAttempts: 1 });
  return createSnsTopic({ client, topicArn: 'arn:aws:sns:eu-central-1:123456789012:fallback' });
}

describe('SNS topic', () => {
  it('is named by the last part of its ARN and leaves empty attributes and subjects out', async () => {
    const topic = await openAt((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>');
    });
    await topic.publish({ subject: '\u0007', message: 'm', attributes: { code: 'ERR_LOOP', empty: '' } });
    const sent = Object.fromEntries(new URLSearchParams(endpoint!.requests[0]!.body.toString('utf8')));
    expect(topic.name).toBe('fallback');
    expect(sent).toMatchObject({ Message: 'm', 'MessageAttributes.entry.1.Name': 'code' });
    expect(Object.keys(sent).filter((name) => /Subject|entry\.2/.test(name))).toEqual([]);
  });

  it.each([
    [500, 'InternalError', 'ERR_TOPIC_UNAVAILABLE'],
    [404, 'NotFound', 'ERR_TOPIC_UNAVAILABLE'],
    [403, 'AuthorizationError', 'ERR_CREDENTIALS'],
    [400, 'KMSDisabled', 'ERR_CREDENTIALS'],
  ])('H16 a publish answered with %i %s throws %s', async (status, name, code) => {
    const topic = await openAt((_request, response) => answerQueryError(response, status, name));
    expect(await topic.publish({ message: 'm' }).catch(toErrorCode)).toBe(code);
  });

  it('C12 H17 any subject becomes printable ASCII of at most 99 characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (subject) => {
        expect(toSnsSubject(subject)).toMatch(/^(?:[\x21-\x7e](?:[\x20-\x7e]{0,97}[\x21-\x7e])?)?$/);
      }),
    );
    expect(toSnsSubject('Mail parked: no recipients')).toBe('Mail parked: no recipients');
  });
});
