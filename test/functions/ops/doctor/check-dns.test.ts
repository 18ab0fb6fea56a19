import { describe, expect, it } from 'vitest';
import { checkDkim } from '../../../../functions/ops/doctor/check-dkim.ts';
import { checkDmarc } from '../../../../functions/ops/doctor/check-dmarc.ts';
import { checkMx } from '../../../../functions/ops/doctor/check-mx.ts';
import { checkSpf } from '../../../../functions/ops/doctor/check-spf.ts';
import { fakeDns, goodIdentity, linesOf, type Zone } from './fakes.ts';

const ours = 'inbound-smtp.eu-west-1.amazonaws.com';

describe('the MX check', () => {
  const mx = async (...all: readonly (readonly [number, string])[]) => {
    const records = all.map(([priority, exchange]) => ({ priority, exchange }));
    return linesOf(await checkMx(fakeDns({ mx: { 'in.example.com': records } }), 'in.example.com', 'eu-west-1'));
  };

  it('is content with SES of the region alone, in any letters, with or without a dot', async () => {
    expect(await mx([10, ours])).toEqual([`ok in.example.com: MX 10 ${ours}`]);
    expect(await mx([10, `${ours.toUpperCase()}.`])).toEqual([`ok in.example.com: MX 10 ${ours}`]);
  });

  it.each([
    [[], /^error .*no MX record/],
    [
      [[10, 'inbound-smtp.us-east-1.amazonaws.com']],
      /^error .*leads to inbound-smtp\.us-east-1.*not to SES in eu-west-1/,
    ],
    [
      [
        [20, ours],
        [10, 'mail.example.com'],
      ],
      /^error .*mail\.example\.com is preferred/,
    ],
    [
      [
        [10, ours],
        [10, 'mail.example.com'],
      ],
      /^error .*preferred to SES, or equal/,
    ],
    [
      [
        [10, ours],
        [20, 'mail.example.com'],
      ],
      /^warning .*when SES is busy/,
    ],
  ] as const)('%j', async (records, line) => {
    expect(await mx(...records)).toEqual([expect.stringMatching(line)]);
  });
});

describe('the DKIM check', () => {
  const zone: Zone = {
    cname: {
      't1._domainkey.example.com': ['t1.dkim.amazonses.com'],
      't2._domainkey.example.com': ['T2.dkim.amazonses.com.'],
    },
  };
  const withDkim = (dkim: Partial<typeof goodIdentity.dkim>) => ({
    ...goodIdentity,
    dkim: { ...goodIdentity.dkim, ...dkim },
  });

  it('is content when SES signs and the keys are found', async () => {
    expect(linesOf(await checkDkim(fakeDns(zone), goodIdentity))).toEqual(['ok example.com: signed, 2 keys found']);
  });

  it('names the record that is missing or leads elsewhere', async () => {
    const broken = fakeDns({ cname: { 't1._domainkey.example.com': ['elsewhere.example.com'] } });
    expect(await checkDkim(broken, goodIdentity)).toEqual([
      expect.objectContaining({
        level: 'error',
        whatToDo: 'publish t1._domainkey.example.com CNAME t1.dkim.amazonses.com',
      }),
      expect.objectContaining({ level: 'error', finding: 'the key has no record' }),
    ]);
  });

  it('looks for keys of another zone where SES says so, and for none of a key of one’s own', async () => {
    const other = fakeDns({ cname: { 't1._domainkey.example.com': ['t1.abc.dkim.eu-west-1.amazonses.com'] } });
    const identity = withDkim({ tokens: ['t1'], hostedZone: 'abc.dkim.eu-west-1.amazonses.com' });
    expect(linesOf(await checkDkim(other, identity))).toEqual(['ok example.com: signed, 1 keys found']);
    expect((await checkDkim(fakeDns({}), withDkim({ origin: 'EXTERNAL' })))[0]?.level).toBe('ok');
  });

  it('tells what SES says: not signing, pending, an address as identity', async () => {
    expect(linesOf(await checkDkim(fakeDns(zone), withDkim({ isEnabled: false })))).toEqual([
      'error example.com: SES does not sign its mail',
    ]);
    expect(linesOf(await checkDkim(fakeDns(zone), withDkim({ status: 'PENDING' })))).toEqual([
      'error example.com: SES says that DKIM is PENDING',
    ]);
    expect(linesOf(await checkDkim(fakeDns(zone), { ...goodIdentity, name: 'a@example.com' }))).toEqual([
      expect.stringMatching(/^warning a@example\.com: .*amazonses\.com only/),
    ]);
  });
});

describe('the SPF check', () => {
  const domain = 'bounce.example.com';
  const mx = { [domain]: [{ priority: 10, exchange: 'feedback-smtp.eu-west-1.amazonses.com' }] };
  const ses = { 'amazonses.com': ['v=spf1 ip4:199.255.192.0/22 -all'] };
  const spf = async (txt: Zone['txt'], identity = goodIdentity) =>
    linesOf(await checkSpf(fakeDns({ mx, txt: { ...ses, ...txt } }), identity, 'eu-west-1'));

  it('is content with one record that includes SES', async () => {
    expect(await spf({ [domain]: ['v=spf1 include:amazonses.com ~all', 'other'] })).toEqual([
      `ok ${domain}: SPF allows SES, 1 of 10 lookups`,
    ]);
  });

  it('follows includes and redirects to SES', async () => {
    const found = await spf({
      [domain]: ['v=spf1 redirect=_spf.example.com'],
      '_spf.example.com': ['v=spf1 include:amazonses.com -all'],
    });
    expect(found).toEqual([`ok ${domain}: SPF allows SES, 2 of 10 lookups`]);
  });

  it.each<[string, Zone['txt'], RegExp]>([
    ['none', {}, /has no SPF record/],
    ['two', { [domain]: ['v=spf1 include:amazonses.com -all', 'v=spf1 -all'] }, /has 2 SPF records/],
    ['not SES', { [domain]: ['v=spf1 ip4:192.0.2.1 -all'] }, /does not allow SES/],
    ['everyone', { [domain]: ['v=spf1 include:amazonses.com +all'] }, /allows everyone/],
    ['everyone, unsigned', { [domain]: ['v=spf1 include:amazonses.com all'] }, /allows everyone/],
    [
      'a broken include',
      { [domain]: ['v=spf1 include:amazonses.com include:gone.example -all'] },
      /includes gone\.example/,
    ],
  ])('%s', async (_name, txt, line) => {
    expect(await spf(txt)).toEqual([expect.stringMatching(line)]);
  });

  it('counts what costs a lookup, and ends in a loop', async () => {
    const many = Array.from({ length: 10 }, (_, index) => `a:h${index}.example.com`).join(' ');
    expect(await spf({ [domain]: [`v=spf1 include:amazonses.com ${many} mx -all`] })).toEqual([
      expect.stringMatching(/needs 12 lookups/),
    ]);
    const loop = await spf({
      [domain]: ['v=spf1 include:amazonses.com include:loop.example -all'],
      'loop.example': ['v=spf1 include:loop.example include:loop.example ~all'],
    });
    expect(loop).toEqual([`ok ${domain}: SPF allows SES, 6 of 10 lookups`]);
  });

  it('wants the way back for bounces, and tells of a MAIL FROM domain that is missing or failed', async () => {
    const dns = fakeDns({ txt: { ...ses, [domain]: ['v=spf1 include:amazonses.com ~all'] } });
    expect(linesOf(await checkSpf(dns, goodIdentity, 'eu-west-1'))).toContain(`error ${domain}: has no MX record`);
    const { mailFrom: _none, ...without } = goodIdentity;
    expect(await spf({}, without)).toEqual([expect.stringMatching(/^warning example\.com: has no MAIL FROM domain/)]);
    const failed = { ...goodIdentity, mailFrom: { domain, status: 'FAILED' } };
    expect((await spf({ [domain]: ['v=spf1 include:amazonses.com ~all'] }, failed))[0]).toMatch(
      /MAIL FROM domain is FAILED/,
    );
  });
});

describe('the DMARC check', () => {
  const dmarc = async (txt: Zone['txt']) =>
    linesOf(await checkDmarc(fakeDns(txt === undefined ? {} : { txt }), 'mail.example.com'));

  it.each<[string, Zone['txt'], RegExp]>([
    ['its own', { '_dmarc.mail.example.com': ['v=DMARC1; p=reject'] }, /^ok .*policy reject$/],
    ['its parent’s', { '_dmarc.example.com': ['v=DMARC1;p=quarantine'] }, /^ok .*policy quarantine from example\.com$/],
    [
      'its parent’s for subdomains',
      { '_dmarc.example.com': ['v=DMARC1; p=reject; sp=none'] },
      /^warning .*policy is none/,
    ],
    ['none', {}, /^warning .*no DMARC record/],
    ['only of the top-level domain', { '_dmarc.com': ['v=DMARC1; p=reject'] }, /^warning .*no DMARC record/],
    ['another record there', { '_dmarc.mail.example.com': ['v=spf1 -all'] }, /^warning .*no DMARC record/],
    [
      'p=none',
      { '_dmarc.mail.example.com': ['v=DMARC1; p=none; rua=mailto:d@example.com'] },
      /^warning .*policy is none/,
    ],
    ['no policy', { '_dmarc.mail.example.com': ['v=DMARC1; rua=mailto:d@example.com'] }, /^error .*no valid policy/],
    ['a bad pct', { '_dmarc.mail.example.com': ['v=DMARC1; p=reject; pct=all'] }, /^error .*no percentage/],
    ['two', { '_dmarc.mail.example.com': ['v=DMARC1; p=reject', 'v=DMARC1; p=none'] }, /^error .*2 records/],
  ])('%s', async (_name, txt, line) => {
    expect(await dmarc(txt)).toEqual([expect.stringMatching(line)]);
  });
});
