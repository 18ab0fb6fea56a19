import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createSqsClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { toAsciiJson, toQueueText } from '../../../../shared/adapters/aws/queue-text.ts';
import { toBatches } from '../../../../shared/adapters/aws/sqs-batches.ts';
import { createSqsJobQueue } from '../../../../shared/adapters/aws/sqs-job-queue.ts';
import { MailError, toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { answerJson, type StubEndpoint, type StubRequest, startStubEndpoint } from './stub-endpoint.ts';

let endpoint: StubEndpoint;

async function openAt(...[answer]: Parameters<typeof startStubEndpoint>) {
  endpoint = await startStubEndpoint(answer);
  const queueUrl = `${endpoint.settings.endpoint}/123456789012/inbound`;
  const client = createSqsClient({ ...endpoint.settings, maxAttempts: 1, md5: false });
  return createSqsJobQueue({ client, name: 'inbound', queueUrl, deadLetterQueueUrl: `${queueUrl}-dlq` });
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

function entriesOf(request: StubRequest): readonly Entry[] {
  return JSON.parse(request.body.toString('utf8')).Entries;
}

/** Takes all entries but those whose body is refused. */
function batchAnswer(request: StubRequest, isRefused: (body: string) => boolean) {
  const entries = entriesOf(request);
  const refused = entries.filter((entry) => isRefused(entry.MessageBody));
  const Successful = entries
    .filter((entry) => !refused.includes(entry))
    .map(({ Id }) => ({ Id, MessageId: `m${Id}`, MD5OfMessageBody: '0' }));
  return { Successful, Failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) };
}

describe('SQS job queue', () => {
  afterEach(() => endpoint.close());

  it('send repeats only the entries that were refused, once', async () => {
    const queue = await openAt((request, response) => {
      answerJson(
        response,
        200,
        batchAnswer(request, (body) => request.index === 0 && ['2', '4'].includes(body)),
      );
    });
    await queue.send(['1', '2', '3', '4', '5']);
    expect(endpoint.requests.map((request) => entriesOf(request).map((entry) => entry.MessageBody))).toEqual([
      ['1', '2', '3', '4', '5'],
      ['2', '4'],
    ]);
  });

  it('send whose entry is refused twice throws, with how many and why', async () => {
    const queue = await openAt((request, response) => {
      answerJson(
        response,
        200,
        batchAnswer(request, (body) => body === '2'),
      );
    });
    const error = await queue.send(['1', '2']).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MailError);
    expect(error).toMatchObject({
      code: 'ERR_QUEUE_UNAVAILABLE',
      details: { refusedCount: 1, reason: 'InternalError' },
    });
  });

  it('send whose entry is not answered at all throws', async () => {
    const queue = await openAt((_request, response) => answerJson(response, 200, { Successful: [], Failed: [] }));
    expect(await queue.send(['1']).catch(toErrorCode)).toBe('ERR_QUEUE_UNAVAILABLE');
  });

  it('A21 bodies go out in batches of ten and of 256 KB, and a larger one is refused before any is sent', async () => {
    const queue = await openAt((request, response) => {
      answerJson(
        response,
        200,
        batchAnswer(request, () => false),
      );
    });
    const large = JSON.stringify('x'.repeat(100 * 1024));
    await queue.send([large, large, large, ...Array.from({ length: 12 }, () => '1')]);
    expect(endpoint.requests.map((request) => entriesOf(request).length)).toEqual([2, 10, 3]);
    expect(await queue.send(['1', JSON.stringify('x'.repeat(256 * 1024))]).catch(toErrorCode)).toBe('ERR_TOO_LARGE');
    expect(endpoint.requests).toHaveLength(3);
  });

  it.each([
    [400, 'com.amazonaws.sqs#QueueDoesNotExist', 'ERR_QUEUE_UNAVAILABLE'],
    [403, 'com.amazonaws.sqs#AccessDeniedException', 'ERR_CREDENTIALS'],
    [503, 'com.amazonaws.sqs#ServiceUnavailable', 'ERR_QUEUE_UNAVAILABLE'],
  ])('every operation answered with %i %s: %s', async (status, name, code) => {
    const queue = await openAt((_request, response) => answerJson(response, status, { __type: name, message: 'x' }));
    const operations = [
      queue.send(['1']),
      queue.receive(1, 0),
      queue.acknowledge('r'),
      queue.release('r', 0),
      queue.reject('1', 'ERR_BAD_JOB'),
      queue.depth(),
    ];
    for (const operation of operations) expect(await operation.catch(toErrorCode)).toBe(code);
  });

  it('release of a message that is visible again already is no error', async () => {
    const body = { __type: 'com.amazonaws.sqs#MessageNotInflight', message: 'x' };
    const queue = await openAt((_request, response) => answerJson(response, 400, body));
    await queue.release('r', 5);
    expect(endpoint.requests).toHaveLength(1);
  });

  it('receive whose signal aborts while it waits answers with nothing', async () => {
    const abort = new AbortController();
    const queue = await openAt(() => abort.abort());
    expect(await queue.receive(10, 20, abort.signal)).toEqual([]);
  });
});

const text = fc.string({ unit: 'binary', maxLength: 200 });

describe('queue texts', () => {
  it('A20 any JSON becomes ASCII that reads as the same value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(text, fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }))),
        (value) => {
          const ascii = toAsciiJson(JSON.stringify(value));
          expect(ascii).toMatch(/^[\x20-\x7e]*$/);
          expect(JSON.parse(ascii)).toEqual(value);
        },
      ),
    );
  });

  it('A20 a rejected body keeps every character that SQS takes and loses every one that it refuses', () => {
    const allowed = /^(?:[\t\n\r\u0020-\ud7ff\ue000-\ufffd]|[\ud800-\udbff][\udc00-\udfff])*$/;
    fc.assert(
      fc.property(
        fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 300 }),
        (body) => {
          expect(toQueueText(body)).toMatch(allowed);
          if (allowed.test(body)) expect(toQueueText(body)).toBe(body);
        },
      ),
    );
  });

  it('batches hold all bodies in order, each within the limits', () => {
    const sizes = fc.array(fc.nat(200_000), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        const bodies = lengths.map((length) => 'x'.repeat(length));
        const batches = toBatches(bodies);
        expect(batches.flat()).toEqual(bodies);
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(batch.join('').length).toBeLessThanOrEqual(256 * 1024);
        }
      }),
      { numRuns: 30 },
    );
  });
});
