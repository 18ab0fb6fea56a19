import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInboundEvent, routeIdOf } from '../../../shared/contracts/inbound-event.ts';
import { PermanentMailError } from '../../../shared/errors/mail-error.ts';

const events = join(import.meta.dirname, '../../../events');
const sample = (path: string) => readFileSync(join(events, path), 'utf8');
const key = 'raw/capture/o3vrnil0e2ic28trm7dfhrc2v0cnbeccl4nbp0g1';
const bucket = 'lightermail-raw-example';

function s3Event(eventName: string, objectKey: string): string {
  return JSON.stringify({ Records: [{ eventName, s3: { bucket: { name: bucket }, object: { key: objectKey } } }] });
}

/** As S3 writes keys into events. */
function encodeKey(plain: string): string {
  return encodeURIComponent(plain).replaceAll('%20', '+').replaceAll('%2F', '/');
}

describe('parseInboundEvent', () => {
  it.each([
    's3/object-created.json',
    'sns/s3-wrapped.json',
    'eventbridge/object-created.json',
    'ses-received/s3-action.json',
    'ses-received/s3-action-wrapped.json',
  ])('A8 %s names the same object', (path) => {
    const { arrivals, ignored } = parseInboundEvent(sample(path));
    expect(arrivals).toHaveLength(1);
    expect(arrivals[0]).toMatchObject({ bucket, key });
    expect(ignored).toEqual([]);
  });

  it('S3 tells size, ETag and sequencer', () => {
    expect(parseInboundEvent(sample('s3/object-created.json')).arrivals[0]).toEqual({
      bucket,
      key,
      sizeBytes: 18231,
      eTag: '9b2cf535f27731c974343645a3985328',
      sequencer: '0065E2F1A2B3C4D5E6',
    });
  });

  it('EventBridge tells the version too', () => {
    expect(parseInboundEvent(sample('eventbridge/object-created.json')).arrivals[0]).toMatchObject({
      eTag: '9b2cf535f27731c974343645a3985328',
      versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
    });
  });

  it('SES tells envelope and verdicts, a missing verdict is missing', () => {
    expect(parseInboundEvent(sample('ses-received/s3-action.json')).arrivals[0]).toEqual({
      bucket,
      key,
      mailFrom: 'device@example.org',
      rcptTo: ['capture@in.example.com'],
      verdicts: { spam: 'PASS', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' },
    });
    expect(parseInboundEvent(sample('ses-received/verdicts-failed.json')).arrivals[0]?.verdicts).toEqual({
      spam: 'FAIL',
      virus: 'PROCESSING_FAILED',
      spf: 'GRAY',
      dkim: 'DISABLED',
    });
  });

  it('A1 A2 a key is decoded once', () => {
    const { arrivals } = parseInboundEvent(sample('s3/object-created-encoded-key.json'));
    expect(arrivals[0]?.key).toBe('raw/capture/a b+c%ü/(1).eml');
    expect(parseInboundEvent(s3Event('ObjectCreated:Put', 'raw/x/%252B')).arrivals[0]?.key).toBe('raw/x/%2B');
  });

  it('A1 A2 any key comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), (rest) => {
        fc.pre(!rest.endsWith('/') && rest.isWellFormed());
        const { arrivals } = parseInboundEvent(s3Event('ObjectCreated:Put', encodeKey(`raw/r/${rest}`)));
        expect(arrivals[0]?.key).toBe(`raw/r/${rest}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('A1 keys of EventBridge and of SES are not encoded', () => {
    const odd = 'raw/r/a+b%2Bc';
    const bridge = JSON.parse(sample('eventbridge/object-created.json'));
    bridge.detail.object.key = odd;
    const received = JSON.parse(sample('ses-received/s3-action.json'));
    received.receipt.action.objectKey = odd;
    expect(parseInboundEvent(JSON.stringify(bridge)).arrivals[0]?.key).toBe(odd);
    expect(parseInboundEvent(JSON.stringify(received)).arrivals[0]?.key).toBe(odd);
  });

  it.each(['s3/test-event.json', 'sns/s3-test-event-wrapped.json'])('A3 %s is ignored', (path) => {
    expect(parseInboundEvent(sample(path))).toEqual({ arrivals: [], ignored: [{ reason: 'test-event' }] });
  });

  it.each(['s3/setup-notification.json', 'ses-received/setup-notification.json'])('A4 %s is ignored', (path) => {
    expect(parseInboundEvent(sample(path))).toEqual({ arrivals: [], ignored: [{ reason: 'setup-notification' }] });
  });

  it.each(['AMAZON_SES_SETUP_NOTIFICATION', 'any/prefix/AMAZON_SES_SETUP_NOTIFICATION'])('A4 %s too', (objectKey) => {
    const event = s3Event('ObjectCreated:Put', objectKey);
    expect(parseInboundEvent(event).ignored).toEqual([{ reason: 'setup-notification' }]);
  });

  it.each(['Put', 'Post', 'CompleteMultipartUpload'])('A7 ObjectCreated:%s is an arrival', (name) => {
    expect(parseInboundEvent(s3Event(`ObjectCreated:${name}`, key)).arrivals).toHaveLength(1);
  });

  it.each([
    ['ObjectCreated:Copy', 'copied'],
    ['ObjectRemoved:Delete', 'not-created'],
    ['ObjectRemoved:DeleteMarkerCreated', 'not-created'],
    ['ObjectRestore:Post', 'not-created'],
    ['ObjectRestore:Completed', 'not-created'],
    ['ObjectRestore:Delete', 'not-created'],
    ['ReducedRedundancyLostObject', 'not-created'],
    ['LifecycleExpiration:Delete', 'not-created'],
    ['LifecycleExpiration:DeleteMarkerCreated', 'not-created'],
    ['LifecycleTransition', 'not-created'],
    ['ObjectTagging:Put', 'not-created'],
    ['ObjectAcl:Put', 'not-created'],
  ])('A7 %s is ignored', (name, reason) => {
    expect(parseInboundEvent(s3Event(name, key))).toEqual({ arrivals: [], ignored: [{ reason }] });
  });

  it.each(['s3/object-removed.json', 'eventbridge/object-deleted.json'])('A7 %s is ignored', (path) => {
    expect(parseInboundEvent(sample(path))).toEqual({ arrivals: [], ignored: [{ reason: 'not-created' }] });
  });

  it('A11 A19 each record has its own fate', () => {
    const { arrivals, ignored } = parseInboundEvent(sample('s3/object-created-batch.json'));
    expect(arrivals.map((one) => one.key)).toEqual([key, 'raw/capture/second']);
    expect(ignored.map((one) => one.reason)).toEqual(['copied', 'directory-marker', 'foreign-prefix']);
  });

  it('another prefix can be given', () => {
    expect(parseInboundEvent(s3Event('ObjectCreated:Put', 'in/r/1'), 'in/').arrivals).toHaveLength(1);
    expect(parseInboundEvent(s3Event('ObjectCreated:Put', key), 'in/').ignored).toEqual([{ reason: 'foreign-prefix' }]);
  });

  it('every body of the SQS sample is read', () => {
    const { Records } = JSON.parse(sample('sqs/batch.json')) as { Records: { body: string }[] };
    expect(Records.map(({ body }) => parseInboundEvent(body).arrivals.length)).toEqual([1, 1, 1, 0]);
  });

  it.each(readdirSync(join(events, 'invalid')))('A9 A10 %s is refused with ERR_BAD_EVENT', (name) => {
    expect(() => parseInboundEvent(sample(`invalid/${name}`))).toThrow(
      expect.objectContaining({ code: 'ERR_BAD_EVENT', status: '5.6.0' }),
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('A9 a body larger than SQS allows is refused before it is parsed', () => {
    const body = s3Event('ObjectCreated:Put', key).padEnd(1024 * 1024 + 1);
    expect(() => parseInboundEvent(body)).toThrow(/1048577 bytes/);
  });

  it('A9 any text and any JSON is read or refused, nothing else', () => {
    const valid = sample('sns/s3-wrapped.json');
    const damaged = fc
      .tuple(fc.nat(valid.length), fc.nat(40), fc.string({ maxLength: 10 }))
      .map(([at, length, put]) => valid.slice(0, at) + put + valid.slice(at + length));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), damaged), (body) => {
        try {
          expect(parseInboundEvent(body)).toHaveProperty('arrivals');
        } catch (error) {
          expect(error).toBeInstanceOf(PermanentMailError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('routeIdOf', () => {
  it.each([
    ['raw/capture/abc', 'capture'],
    ['raw/capture/a/b', 'capture'],
    ['raw/capture/', undefined],
    ['raw/abc', undefined],
    ['raw//abc', undefined],
    ['files/capture/abc', undefined],
  ])('%s belongs to %s', (objectKey, routeId) => {
    expect(routeIdOf(objectKey)).toBe(routeId);
  });
});
