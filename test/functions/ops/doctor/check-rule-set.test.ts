import { describe, expect, it } from 'vitest';
import { checkRuleSet } from '../../../../functions/ops/doctor/check-rule-set.ts';
import { routesSchema } from '../../../../shared/contracts/route.ts';
import type { ReceiptRule } from '../../../../shared/ports/deployment-facts.ts';
import { linesOf } from './fakes.ts';

const place = { bucket: 'raw-bucket', prefix: 'raw/' };
const routes = routesSchema.parse([{ id: 'capture', address: 'capture@in.example.com', identity: 'n@example.com' }]);
const everyone = routesSchema.parse([{ id: 'all', address: '*@in.example.com', identity: 'n@example.com' }]);
const own: ReceiptRule = {
  ...{ name: 'own', isEnabled: true, recipients: ['capture@in.example.com'], requiresTls: true, scans: true },
  ...{ stores: [{ bucket: 'raw-bucket', prefix: 'raw/capture/' }], actions: ['s3'] },
};
const other = (over: Partial<ReceiptRule>): ReceiptRule => ({
  ...own,
  name: 'other',
  stores: [],
  actions: ['sns'],
  ...over,
});
const look = (rules: readonly ReceiptRule[], asked = routes) =>
  linesOf(checkRuleSet({ name: 'set', rules }, asked, place));

describe('the receipt rules check', () => {
  it('is content when a rule of the active set stores the route’s mail in its place', () => {
    expect(look([own])).toEqual(['ok capture@in.example.com: stored under raw/capture/ by rule 1 of set']);
    expect(look([{ ...own, recipients: ['in.example.com'] }])[0]).toMatch(/^ok/);
    expect(look([{ ...own, recipients: [] }])[0]).toMatch(/^ok/);
    expect(look([{ ...own, recipients: ['.example.com'] }])[0]).toMatch(/^ok/);
    const all = { ...own, recipients: ['in.example.com'], stores: [{ bucket: 'raw-bucket', prefix: 'raw/all/' }] };
    expect(look([all], everyone)[0]).toMatch(/^ok/);
  });

  it('finds that no set is active, that it is not ours, that our rule is off', () => {
    expect(linesOf(checkRuleSet(undefined, routes, place))).toEqual([
      expect.stringMatching(/^error SES: no receipt rule set/),
    ]);
    expect(look([other({})])).toEqual([expect.stringMatching(/has no rule that stores its mail under raw\/capture\//)]);
    expect(look([{ ...own, recipients: ['else@in.example.com'] }])[0]).toMatch(/^error .*has no rule/);
    expect(look([{ ...own, stores: [{ bucket: 'raw-bucket', prefix: 'raw/' }] }])[0]).toMatch(/^error .*has no rule/);
    expect(look([{ ...own, isEnabled: false }])).toEqual(['error capture@in.example.com: the rule own is disabled']);
    // One address is not all addresses of its domain.
    const one = { ...own, stores: [{ bucket: 'raw-bucket', prefix: 'raw/all/' }] };
    expect(look([one], everyone)[0]).toMatch(/^error .*has no rule/);
  });

  it('finds an earlier rule that takes the same address: an error where it ends with it', () => {
    expect(look([other({ actions: ['sns', 'stop'] }), own])).toEqual([
      expect.stringMatching(/^error .*the rule other takes this address too and ends with stop/),
    ]);
    expect(look([other({ actions: ['bounce'], recipients: [] }), own])[0]).toMatch(/^error .*bounce/);
    expect(look([other({ recipients: ['in.example.com'] }), own])).toEqual([
      expect.stringMatching(/^warning .*the rule other takes this address too, before \(sns\)/),
    ]);
    expect(look([other({ actions: ['stop'], recipients: ['else@in.example.com'] }), own])[0]).toMatch(/^ok/);
    expect(look([other({ actions: ['stop'], isEnabled: false }), own])[0]).toMatch(/^ok/);
    expect(look([own, other({ actions: ['stop'] })])[0]).toMatch(/^ok/);
  });

  it('warns of mail that is not scanned or comes in the clear', () => {
    expect(look([{ ...own, scans: false, requiresTls: false }])).toEqual([
      expect.stringMatching(/^warning .*does not scan/),
      expect.stringMatching(/^warning .*without TLS/),
    ]);
  });
});
