import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmailStatus, parseEngagement, parseSendEmail } from '../../../shared/contracts/relay-request.ts';

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const empty = { to: '', subject: '', html: '', text: '', from: '', from_display_name: '', reply_to: '', group_id: '' };

describe('parseSendEmail', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{"to":'],
    ['an array', '[]'],
    ['a text', '"to"'],
    ['a number', '1'],
    ['a byte order mark', '\ufeff{}'],
    ['a number for a text', '{"to":1}'],
    ['an object for a text', '{"subject":{}}'],
    ['a wrong type in an optional field', '{"to":"a@example.com","group_id":7}'],
  ])('refuses %s', (_name, payload) => {
    expect(parseSendEmail(bytes(payload))).toBeUndefined();
  });

  it.each([
    ['null', 'null'],
    ['an empty object', '{}'],
    ['null in a field', '{"to":null}'],
    ['unknown fields of any type', '{"extra":[1],"to2":{}}'],
  ])('reads %s as absent texts', (_name, payload) => {
    expect(parseSendEmail(bytes(payload))).toEqual(empty);
  });

  it('matches names in any case, and lets the last one win, as Go does', () => {
    expect(parseSendEmail(bytes('{"TO":"x@example.com","To":"y@example.com","GROUP_ID":"g"}'))).toEqual({
      ...empty,
      to: 'y@example.com',
      group_id: 'g',
    });
  });

  it('takes no field from a prototype and changes none', () => {
    expect(parseSendEmail(bytes('{"__proto__":{"to":"x@example.com"},"constructor":"c"}'))).toEqual(empty);
    expect(({} as Record<string, unknown>).to).toBeUndefined();
  });

  it('gives back what was sent, for any texts', () => {
    fc.assert(
      fc.property(
        fc.record({ to: fc.string({ unit: 'binary' }), group_id: fc.string({ unit: 'binary' }) }),
        (request) => {
          expect(parseSendEmail(bytes(request))).toEqual({
            ...empty,
            to: request.to.toWellFormed(),
            group_id: request.group_id.toWellFormed(),
          });
        },
      ),
    );
  });

  it('answers for any bytes, and never throws', () => {
    fc.assert(fc.property(fc.uint8Array(), (data) => void parseSendEmail(data)));
    fc.assert(fc.property(fc.json(), (json) => void parseSendEmail(Buffer.from(json))));
  });
});

describe('parseEmailStatus and parseEngagement', () => {
  it('read their fields and refuse wrong types', () => {
    expect(parseEmailStatus(bytes({ email_id: 'e' }))).toEqual({ email_id: 'e', group_id: '' });
    expect(parseEmailStatus(bytes({ email_id: false }))).toBeUndefined();
    expect(parseEngagement(bytes({ group_id: 'g/ü\r\n' }))).toEqual({ group_id: 'g/ü\r\n' });
    expect(parseEngagement(bytes('nope'))).toBeUndefined();
  });
});
