import { describe, expect, it } from 'vitest';
import type { MailHead } from '../../../shared/contracts/parsed-mail.ts';
import { type Route, routeSchema } from '../../../shared/contracts/route.ts';
import { assessHead, type ReceivedBy } from '../../../shared/inbound/assess-head.ts';

const route = (extra: object = {}): Route =>
  routeSchema.parse({ id: 'r', address: 'capture@in.example.com', identity: 'notifications@example.com', ...extra });

const head = (extra: Partial<MailHead> = {}): MailHead => ({
  from: [{ address: 'device@example.com' }],
  replyTo: [],
  subject: 's',
  references: [],
  receivedCount: 1,
  contentType: 'text/plain',
  fields: [],
  ...extra,
});

const secret = Buffer.alloc(32, 1);

const codeOf = (where: Route, mail: MailHead, arrival: Omit<ReceivedBy, 'secret'> = {}) => {
  try {
    assessHead(where, mail, { ...arrival, secret });
    return 'goes on';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const field = (name: string, value: string) => ({ name, value });

describe('assessHead: loops', () => {
  it.each([
    ['G2 the null envelope sender', head(), { mailFrom: '' }],
    ['G2 a null Return-Path', head({ returnPath: '<>' }), {}],
    ['G1 a delivery report', head({ contentType: 'multipart/report' }), {}],
    ['G1 an automatic reply', head({ autoSubmitted: 'auto-replied' }), {}],
    ['G3 26 Received fields', head({ receivedCount: 26 }), {}],
    ['G5 the third hop', head({ fields: [field('x-lightermail-hop', '3')] }), {}],
  ])('%s ends as a loop', (_what, mail, arrival) => {
    expect(codeOf(route(), mail, arrival)).toBe('ERR_LOOP');
  });

  it('G1 an auto-generated sensor mail goes on, but is not answered', () => {
    const sensor = head({ autoSubmitted: 'auto-generated' });
    expect(codeOf(route(), sensor)).toBe('goes on');
    expect(codeOf(route({ recipients: { from: 'sender' } }), sensor)).toBe('ERR_LOOP');
  });

  it('G1 a list mail is not answered', () => {
    const list = head({ fields: [field('list-id', '<l.example.com>')] });
    expect(codeOf(route({ recipients: { from: 'sender' } }), list)).toBe('ERR_LOOP');
    expect(codeOf(route(), list)).toBe('goes on');
  });
});

describe('assessHead: verdicts', () => {
  it.each([
    ['PASS', 'goes on', 'goes on'],
    ['FAIL', 'ERR_VIRUS', 'ERR_SPAM'],
    ['PROCESSING_FAILED', 'ERR_VIRUS', 'ERR_SPAM'],
    ['GRAY', 'goes on', 'goes on'],
    ['DISABLED', 'goes on', 'goes on'],
  ])('G9 %s', (verdict, virus, spam) => {
    expect(codeOf(route(), head(), { verdicts: { virus: verdict, authenticatedDomains: [] } })).toBe(virus);
    expect(codeOf(route(), head(), { verdicts: { spam: verdict, authenticatedDomains: [] } })).toBe(spam);
  });
});

describe('assessHead: senders', () => {
  const guarded = route({ allowedSenders: ['*@example.com'], requireAuth: 'aligned' });
  const vouched = { verdicts: { authenticatedDomains: ['mail.example.com'] } };

  it('G7 lets only allowed and authenticated senders name recipients', () => {
    expect(codeOf(guarded, head(), vouched)).toBe('goes on');
    expect(codeOf(guarded, head(), {})).toBe('ERR_NOT_AUTHENTICATED');
    expect(codeOf(guarded, head({ from: [{ address: 'x@evil.example' }] }), vouched)).toBe('ERR_SENDER_REFUSED');
  });

  it('C14 refuses a mail without exactly one From where senders are checked', () => {
    const two = head({ from: [{ address: 'a@example.com' }, { address: 'b@example.com' }] });
    expect(codeOf(guarded, two, vouched)).toBe('ERR_SENDER_REFUSED');
    expect(codeOf(guarded, head({ from: [] }), vouched)).toBe('ERR_SENDER_REFUSED');
  });

  it('asks for DMARC itself when the route does', () => {
    const strict = route({ requireAuth: 'dmarc' });
    expect(codeOf(strict, head(), vouched)).toBe('ERR_NOT_AUTHENTICATED');
    expect(codeOf(strict, head(), { verdicts: { dmarc: 'PASS', authenticatedDomains: [] } })).toBe('goes on');
  });
});
