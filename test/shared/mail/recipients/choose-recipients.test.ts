import { describe, expect, it } from 'vitest';
import { chooseRecipients } from '../../../../shared/mail/recipients/choose-recipients.ts';
import { findRecipients } from '../../../../shared/mail/recipients/find-recipients.ts';

const marker = ':Email_Rxers_Code:';
const rules = { maxRecipients: 500, monitoredAddresses: ['capture@in.example.com'] };
const list = (addresses: string) => `${marker}[${addresses}]${marker}`;

function choose(text: string | undefined, html?: string, more: Partial<Parameters<typeof chooseRecipients>[1]> = {}) {
  const source = { marker, ...(text !== undefined && { text }), ...(html !== undefined && { html }) };
  return chooseRecipients(findRecipients(source), { ...rules, ...more });
}

describe('chooseRecipients', () => {
  it('gives the recipients of the text body, or of the HTML body', () => {
    const expected = { addresses: ['a@x.example', 'b@y.example'], refusedCount: 0 };
    expect(choose(list('a@x.example,b@y.example'))).toEqual(expected);
    expect(choose('nothing', `<p>${list('a@x.example,b@y.example')}</p>`)).toEqual(expected);
  });

  it('C29 a list that is not in a body of the mail is none', () => {
    expect(choose('see the forwarded mail')).toMatchObject({ code: 'ERR_NO_RECIPIENTS' });
  });

  it('C32 two bodies that list the same recipients in another order agree', () => {
    const chosen = choose(list('a@x.example,b@y.example'), `<p>${list('b@Y.example;a@x.example')}</p>`);
    expect(chosen).toEqual({ addresses: ['a@x.example', 'b@y.example'], refusedCount: 0 });
  });

  it.each([
    ['a@x.example', 'b@y.example'],
    ['a@x.example', 'a@x.example,b@y.example'],
    ['', 'b@y.example'],
  ])('C32 text [%s] and HTML [%s] are refused', (text, html) => {
    const refused = choose(list(text), `<p>${list(html)}</p>`);
    expect(refused).toEqual({
      code: 'ERR_RECIPIENT_MISMATCH',
      reason: 'the text and the html body list different recipients',
    });
  });

  it.each([10, 501, 6000, 30_000])('C34 of %i recipients all or none are taken', (count) => {
    const addresses = Array.from({ length: count }, (_, index) => `r${index}@x.example`);
    const chosen = choose(list(addresses.join(',')));
    if (count <= 500) expect(chosen).toEqual({ addresses, refusedCount: 0 });
    else expect(chosen).toMatchObject({ code: 'ERR_TOO_MANY_RECIPIENTS' });
  });

  it('C34 the limit itself is allowed', () => {
    expect(choose(list('a@x.example,b@x.example'), undefined, { maxRecipients: 2 })).toMatchObject({ refusedCount: 0 });
  });

  it.each([
    'capture@in.example.com',
    'CAPTURE@IN.EXAMPLE.COM',
    'capture+x@in.example.com',
    'Capture+a+b@in.example.com',
  ])('G4 the monitored address %s is removed', (address) => {
    expect(choose(list(`${address},a@x.example`))).toEqual({ addresses: ['a@x.example'], refusedCount: 1 });
    expect(choose(list(address))).toMatchObject({ code: 'ERR_NO_RECIPIENTS' });
  });

  it('G4 a whole monitored domain is removed', () => {
    const chosen = choose(list('any@in.example.com,a@x.example'), undefined, {
      monitoredAddresses: ['*@in.example.com'],
    });
    expect(chosen).toEqual({ addresses: ['a@x.example'], refusedCount: 1 });
  });

  it('G11 a domain that is not allowed is refused and counted, its subdomains too', () => {
    const chosen = choose(list('a@X.example,b@y.example,c@sub.x.example'), undefined, {
      allowedRecipientDomains: ['x.EXAMPLE'],
    });
    expect(chosen).toEqual({ addresses: ['a@x.example'], refusedCount: 2 });
  });

  it.each([
    ['hello', 'the body holds no recipient list between two markers'],
    [`hello ${marker}`, 'a marker has no partner: it must stand before and after each recipient list'],
    [`put it in ${marker} marks, a@x.example ${list('b@y.example')}`, /^a marker has no partner/],
    [list(''), 'the recipient list in the body is empty'],
    [list('secret-name, not@valid'), /^none of the 2 entries of the recipient list/],
  ])('without a valid recipient in %j it says why, without an address', (text, reason) => {
    const refused = choose(text);
    expect(refused).toMatchObject({ code: 'ERR_NO_RECIPIENTS' });
    expect('reason' in refused && refused.reason).toMatch(reason);
    expect(JSON.stringify(refused)).not.toMatch(/@|secret/);
  });
});
