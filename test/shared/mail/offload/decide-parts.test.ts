import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideParts, type OffloadContext } from '../../../../shared/mail/offload/decide-parts.ts';
import type { OffloadFile, OffloadLeaf } from '../../../../shared/mail/offload/offload-types.ts';
import { planLeaf } from '../../../../shared/mail/offload/take-leaf.ts';

const rules = { minBytes: 0, keepInlineMaxBytes: 100_000, keepTypes: [] as string[] };
const context = (changes: Partial<OffloadContext> = {}): OffloadContext => ({
  ...{ rules, treatment: 'plain', isEncrypted: false, html: '<img src="cid:dot@x">', text: 'Hi' },
  ...changes,
});
const leaf = (changes: Partial<OffloadLeaf> = {}): OffloadLeaf => ({
  ...{ path: '2', contentType: 'application/pdf', typeParameters: {}, within: ['multipart/mixed'] },
  ...changes,
});
const file = (head: Partial<OffloadLeaf>, changes: Partial<OffloadFile> = {}): OffloadFile => ({
  ...{ head: leaf(head), fileName: 'file.bin', sizeBytes: 1000, sha256: 'a', isHeld: true },
  ...changes,
});
const image = (changes: Partial<OffloadLeaf> = {}) => ({ contentType: 'image/png', contentId: 'dot@x', ...changes });
const decide = (one: OffloadFile, changes: Partial<OffloadContext> = {}) => decideParts([one], context(changes))[0];

describe('decideParts', () => {
  it.each([
    ['an attachment', file({}), 'offloaded', 'attachment'],
    ['C26 a file among alternatives', file({ within: ['multipart/alternative'] }), 'offloaded', 'file-in-alternative'],
    ['C20 TNEF', file({ contentType: 'application/ms-tnef' }), 'offloaded', 'tnef'],
    [
      'C20 winmail.dat by its name',
      file({ contentType: 'application/octet-stream', fileName: 'WinMail.dat' }),
      'offloaded',
      'tnef',
    ],
    ['a forwarded mail', file({ contentType: 'message/rfc822' }), 'offloaded', 'forwarded-mail'],
    ['C25 a fragment', file({ contentType: 'message/partial' }), 'offloaded', 'message-fragment'],
    ['C25 an external body', file({ contentType: 'message/external-body' }), 'offloaded', 'external-body'],
    ['C24 an image that is shown', file(image()), 'inline', 'image-shown'],
    [
      'C24 an image that is shown and too large',
      file(image(), { sizeBytes: 100_001, isHeld: false }),
      'offloaded',
      'image-too-large',
    ],
    ['C24 an image that is not shown', file(image({ contentId: 'other@x' })), 'offloaded', 'image-not-shown'],
    ['C24 no image, although referred to', file(image({ contentType: 'application/pdf' })), 'offloaded', 'attachment'],
    ['C23 a calendar entry', file({ contentType: 'text/calendar' }), 'kept', 'calendar'],
    ['C23 a calendar file', file({ contentType: 'application/ics' }), 'kept', 'calendar'],
    [
      'a calendar entry beyond all bounds',
      file({ contentType: 'text/calendar' }, { isHeld: false }),
      'offloaded',
      'over-total',
    ],
  ] as const)('%s', (_what, one, fate, reason) => {
    expect(decide(one)).toMatchObject({ fate, reason, isLinked: fate === 'offloaded' });
  });

  it('C23 keeps a calendar entry among the alternatives, and as a file where it was one', () => {
    const calendar = { contentType: 'text/calendar' };
    expect(decide(file({ ...calendar, within: ['multipart/alternative'] }))?.place).toBe('alternative');
    expect(decide(file({ ...calendar, within: ['multipart/alternative'], disposition: 'attachment' }))?.place).toBe(
      'mixed',
    );
    expect(decide(file(calendar))?.place).toBe('mixed');
  });

  it('C24 shows the same image once, however often its part comes', () => {
    const same = Array.from({ length: 3000 }, () => file(image()));
    const decisions = decideParts([...same, file(image(), { sha256: 'b' })], context());
    expect(decisions.filter(({ place }) => place === 'related')).toHaveLength(1);
    expect(decisions.filter(({ reason }) => reason === 'image-shown-again')).toHaveLength(2999);
    expect(decisions.at(-1)).toMatchObject({ fate: 'offloaded', reason: 'content-id-taken', isLinked: true });
  });

  it.each([
    ['smaller than minBytes', { minBytes: 1001 }, {}, 'small'],
    ['just minBytes', { minBytes: 1000 }, {}, undefined],
    ['a kept type', { keepTypes: ['application/PDF'] }, {}, 'kept-type'],
    ['a kept kind', { keepTypes: ['application/*'] }, {}, 'kept-type'],
    ['another type', { keepTypes: ['image/*'] }, {}, undefined],
    ['TNEF, small', { minBytes: 5000 }, { contentType: 'application/ms-tnef' }, undefined],
    ['TNEF, kept by name', { keepTypes: ['application/ms-tnef'] }, { contentType: 'application/ms-tnef' }, 'kept-type'],
    ['a forwarded mail, small', { minBytes: 5000 }, { contentType: 'message/rfc822' }, undefined],
  ] as const)('route: %s', (_what, wish, head, reason) => {
    const decision = decide(file(head), {
      rules: { ...rules, ...wish, keepTypes: [...('keepTypes' in wish ? wish.keepTypes : [])] },
    });
    expect(decision?.fate).toBe(reason === undefined ? 'offloaded' : 'kept');
    if (reason !== undefined) expect(decision?.reason).toBe(reason);
  });

  it('links a file that SES would refuse the mail for, although it is small', () => {
    const decision = decide(file({}, { fileName: 'Setup.EXE' }), { rules: { ...rules, minBytes: 5000 } });
    expect(decision).toEqual({ fate: 'offloaded', reason: 'refused-extension', isLinked: true });
  });

  it('C21 takes a signature off without a link when the mail is unwrapped, and keeps all when it goes whole', () => {
    const signature = file({ contentType: 'application/pgp-signature', path: '1.2', within: ['multipart/signed'] });
    const headers = file({ contentType: 'text/rfc822-headers', typeParameters: { 'protected-headers': 'v1' } });
    expect(decide(signature, { treatment: 'unwrap' })).toEqual({
      fate: 'offloaded',
      reason: 'signature-taken-off',
      isLinked: false,
    });
    expect(decide(headers, { treatment: 'unwrap' })).toEqual({
      fate: 'offloaded',
      reason: 'protected-headers',
      isLinked: false,
    });
    expect(decide(signature, { treatment: 'intact' })).toEqual({ fate: 'kept', reason: 'signed', isLinked: false });
    expect(decide(file({}), { treatment: 'intact', isEncrypted: true })?.reason).toBe('encrypted');
  });

  it('F9 makes links of the largest until the rest fits into 10 MB', () => {
    const sizes = [4_000_000, 5_000_000, 1_000_000, 3_000_000, 2_000_000];
    const files = sizes.map((sizeBytes, index) => file({ path: `${index + 2}` }, { sizeBytes }));
    const decisions = decideParts(files, context({ rules: { ...rules, keepTypes: ['application/pdf'] } }));
    expect(decisions.map(({ reason }) => reason)).toEqual([
      'kept-type',
      'over-total',
      'kept-type',
      'kept-type',
      'kept-type',
    ]);
  });

  it('F9 makes links of inline images when the bodies leave no room', () => {
    const files = [file(image(), { sizeBytes: 90_000 }), file(image({ contentId: 'dot@x' }), { sizeBytes: 90_000 })];
    const decisions = decideParts(files, context({ text: 'x'.repeat(14_000_000) }));
    expect(decisions[0]?.reason).toBe('image-shown');
    const html = `<img src="cid:dot@x">${'x'.repeat(27_200_000)}`;
    expect(decideParts(files, context({ html })).map(({ fate, reason }) => [fate, reason])).toEqual([
      ['offloaded', 'over-total'],
      ['offloaded', 'over-total'],
    ]);
  });

  it('property: whatever comes, each file has one decision, and what stays is bounded', () => {
    const anyFile = fc
      .record({
        contentType: fc.constantFrom('image/png', 'text/calendar', 'application/pdf', 'message/rfc822', 'text/plain'),
        contentId: fc.constantFrom('dot@x', 'no@x', 'a b'),
        sizeBytes: fc.integer({ min: 0, max: 8_000_000 }),
        isHeld: fc.boolean(),
        disposition: fc.constantFrom('attachment' as const, 'inline' as const),
        within: fc.subarray(['multipart/mixed', 'multipart/alternative']),
      })
      .map(({ sizeBytes, isHeld, ...head }) => file(head, { sizeBytes, isHeld, sha256: String(sizeBytes) }));
    const someRules = fc.record({
      minBytes: fc.integer({ min: 0, max: 5_000_000 }),
      keepInlineMaxBytes: fc.integer({ min: 0, max: 5_000_000 }),
      keepTypes: fc.subarray(['application/pdf', 'text/*', 'image/png']),
    });
    fc.assert(
      fc.property(fc.array(anyFile, { maxLength: 12 }), someRules, (files, wish) => {
        const decisions = decideParts(files, context({ rules: wish }));
        expect(decisions).toHaveLength(files.length);
        const stays = files.filter((_, index) => decisions[index]?.place !== undefined);
        expect(stays.every(({ isHeld }) => isHeld)).toBe(true);
        expect(stays.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThanOrEqual(10_000_000);
        for (const { fate, isLinked, place } of decisions)
          expect(isLinked).toBe(fate === 'offloaded' && place === undefined);
      }),
      { numRuns: 300 },
    );
  });
});

describe('planLeaf', () => {
  const take = { ...rules, signed: undefined, mustChange: false } as const;

  it.each([
    ['an attachment', leaf(), take, { take: 'store' }],
    ['an image with a Content-ID', leaf(image()), take, { take: 'hold', maxBytes: 100_000 }],
    ['an image where none stays', leaf(image()), { ...take, keepInlineMaxBytes: 0 }, { take: 'store' }],
    ['a small file', leaf(), { ...take, minBytes: 500 }, { take: 'hold', maxBytes: 499 }],
    ['a kept type', leaf(), { ...take, keepTypes: ['application/pdf'] }, { take: 'hold', maxBytes: 10_000_000 }],
    ['a forwarded mail', leaf({ contentType: 'message/rfc822' }), { ...take, minBytes: 500 }, { take: 'store' }],
    ['a file in signed mail', leaf({ within: ['multipart/signed'] }), take, { take: 'measure' }],
    [
      'a file in signed mail that must change',
      leaf({ within: ['multipart/signed'] }),
      { ...take, mustChange: true },
      { take: 'store' },
    ],
    [
      'a file in signed mail to be unwrapped',
      leaf({ within: ['multipart/signed'] }),
      { ...take, signed: 'unwrap' as const },
      { take: 'store' },
    ],
  ])('C21 %s', (_what, head, how, expected) => {
    expect(planLeaf(head, how)).toEqual(expected);
  });
});
