import { describe, expect, it } from 'vitest';
import {
  encodeCustomField,
  encodeMailboxes,
  encodeMessageIds,
  isContentId,
  toHeaderAddress,
} from '../../../../shared/mail/compose/header-values.ts';

const injection = expect.objectContaining({ code: 'ERR_HEADER_INJECTION' });
const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('toHeaderAddress', () => {
  it('writes an international domain in its ASCII form', () => {
    expect(toHeaderAddress('dev@münchen.example')).toBe('dev@xn--mnchen-3ya.example');
  });

  it.each([
    '',
    'x',
    '@x.example',
    '"a b"@x.example',
    'dév@x.example',
    'a@b.example, c@d.example',
    'a@b.example>',
    'a@[127.0.0.1]',
  ])('does not write %j', (address) => {
    expect(toHeaderAddress(address)).toBeUndefined();
  });

  it.each([
    'a@b.example\r\nBcc: x@y.example',
    'a@b.example\n',
    'a\0@b.example',
    'a@b.example\u2028',
    'a@b.example\u0085',
  ])('F10 refuses %j', (address) => {
    expect(thrownBy(() => toHeaderAddress(address))).toEqual(injection);
  });
});

describe('encodeMailboxes', () => {
  it('folds a list between its mailboxes', () => {
    const mailboxes = Array.from({ length: 9 }, (_, n) => ({
      address: `person-${n}@a-rather-long.example`,
      name: `P ${n}`,
    }));
    const body = encodeMailboxes(mailboxes, 'Reply-To') ?? '';
    const lines = `Reply-To: ${body}`.split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(body.replace(/\r\n/g, '').split(', ')).toHaveLength(9);
  });

  it('leaves out what cannot be written, and is absent when nothing is left', () => {
    expect(encodeMailboxes([{ address: '"a b"@x.example' }, { address: 'c@d.example' }], 'Reply-To')).toBe(
      'c@d.example',
    );
    expect(encodeMailboxes([{ address: 'nobody' }], 'Reply-To')).toBeUndefined();
  });
});

describe('encodeMessageIds', () => {
  it('keeps the last 20 of 50 and folds them', () => {
    const ids = Array.from({ length: 50 }, (_, n) => `<message-${n}@a-rather-long-domain.example>`);
    const body = encodeMessageIds(ids, 'References') ?? '';
    expect(body.replace(/\r\n/g, '').split(' ')).toEqual(ids.slice(-20));
    expect(Math.max(...`References: ${body}`.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
  });

  it('leaves malformed ids out and refuses control characters', () => {
    expect(encodeMessageIds(['x', '<a b@c>', '<ok@x>', '<é@x>', `<${'a'.repeat(2000)}@x>`], 'References')).toBe(
      '<ok@x>',
    );
    expect(thrownBy(() => encodeMessageIds(['<a@b>\r\nBcc: x@y.example'], 'References'))).toEqual(injection);
  });
});

describe('encodeCustomField', () => {
  it('folds a long value at its spaces', () => {
    const value = 'v1 '.repeat(60).trim();
    expect(encodeCustomField('X-Lightermail-Hop', value).replace(/\r\n/g, '')).toBe(value);
  });

  it.each([
    ['X-A\r\nBcc', 'x'],
    ['X A', 'x'],
    ['X:A', 'x'],
    ['', 'x'],
    ['X-A', 'é'],
    ['X-A', 'x\r\nBcc: y'],
    ['X-A', 'x\0'],
    ['X-A', 'x'.repeat(999)],
  ])('F10 refuses %j: %j', (name, value) => {
    expect(thrownBy(() => encodeCustomField(name, value))).toEqual(injection);
  });
});

describe('isContentId', () => {
  it('takes printable ASCII without spaces and angle brackets', () => {
    expect(['image001.png@01D9', 'a', 'a b', '', 'é', '<a>', 'a\r\nb'].map(isContentId)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
