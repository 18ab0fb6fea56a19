import { describe, expect, it } from 'vitest';
import { openEnvelope } from '../../../shared/contracts/sns-envelope.ts';

const envelope = {
  Type: 'Notification',
  MessageId: 'id-1',
  TopicArn: 'arn:aws:sns:eu-central-1:123456789012:t',
  Message: '{"a":1}',
  Unknown: true,
};

describe('openEnvelope', () => {
  it('takes the message out of an SNS notification', () => {
    expect(openEnvelope(JSON.stringify(envelope))).toEqual({
      text: '{"a":1}',
      value: { a: 1 },
      snsMessageId: 'id-1',
      topicArn: envelope.TopicArn,
    });
  });

  it('gives a raw body as it is', () => {
    expect(openEnvelope('{"a":1}')).toEqual({ text: '{"a":1}', value: { a: 1 } });
  });

  it('text that is no JSON has no value', () => {
    expect(openEnvelope('hello')).toEqual({ text: 'hello', value: undefined });
    expect(openEnvelope(JSON.stringify({ ...envelope, Message: 'hello' }))).toMatchObject({
      text: 'hello',
      value: undefined,
    });
  });

  it('A10 a key __proto__ is dropped, however it is written', () => {
    const { value } = openEnvelope('{"__proto__":{"x":1},"\\u005f_proto__":{"x":1},"b":{"__proto__":{"x":1}}}');
    expect(value).toEqual({ b: {} });
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    ['arrays', '['.repeat(65)],
    ['objects', '{"a":'.repeat(65)],
    ['the message', JSON.stringify({ ...envelope, Message: '['.repeat(65) })],
  ])('A9 deep nesting of %s is refused before parsing', (_, body) => {
    expect(() => openEnvelope(body)).toThrow(expect.objectContaining({ code: 'ERR_BAD_EVENT' }));
  });

  it('brackets within strings do not count as nesting', () => {
    expect(openEnvelope(JSON.stringify({ a: `"\\${'['.repeat(100)}` })).value).toBeDefined();
  });
});
