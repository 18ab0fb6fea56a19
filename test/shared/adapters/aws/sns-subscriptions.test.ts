import { afterEach, describe, expect, it } from 'vitest';
import { createSnsClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createSnsSubscriptions } from '../../../../shared/adapters/aws/sns-subscriptions.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { topicArn } from '../../../support/sns-signer.ts';
import { answerQueryError, type StubEndpoint, startStubEndpoint } from './stub-endpoint.ts';

let endpoint: StubEndpoint | undefined;
afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

async function confirmAt(...[answer]: Parameters<typeof startStubEndpoint>) {
  endpoint = await startStubEndpoint(answer);
  const { settings } = endpoint;
  const regions: string[] = [];
  const subscriptions = createSnsSubscriptions((region) => {
    regions.push(region);
    return createSnsClient({ ...settings, region, maxAttempts: 1 });
  });
  const end = await subscriptions.confirm(topicArn, 'token-1').then(() => 'confirmed', toErrorCode);
  return { end, regions, again: () => subscriptions.confirm(topicArn, 'token-1') };
}

describe('SNS subscriptions', () => {
  it("H2 are confirmed by the API of the topic's region with the token, and can be ended by IAM alone", async () => {
    const { end, regions, again } = await confirmAt((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(
        '<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>a</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>',
      );
    });
    await again();
    expect([end, regions]).toEqual(['confirmed', ['eu-west-1']]);
    const sent = endpoint!.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body.toString('utf8'))));
    const expected = {
      Action: 'ConfirmSubscription',
      TopicArn: topicArn,
      Token: 'token-1',
      AuthenticateOnUnsubscribe: 'true',
    };
    expect(sent).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)]);
  });

  it.each([
    [400, 'InvalidParameter', 'ERR_BAD_EVENT'],
    [404, 'NotFound', 'ERR_BAD_EVENT'],
    [403, 'AuthorizationError', 'ERR_CREDENTIALS'],
    [500, 'InternalError', 'ERR_TOPIC_UNAVAILABLE'],
    [400, 'Throttling', 'ERR_TOPIC_UNAVAILABLE'],
  ])('answered with %i %s throw %s', async (status, name, code) => {
    expect((await confirmAt((_request, response) => answerQueryError(response, status, name))).end).toBe(code);
  });
});
