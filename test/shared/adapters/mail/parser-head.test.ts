import { describe, expect, it } from 'vitest';
import { toMailHead } from '../../../../shared/adapters/mail/parser-head.ts';

function headOf(...fields: [string, string][]) {
  return toMailHead(
    fields.map(([name, value]) => ({ name, value })),
    'text/plain',
  );
}

describe('toMailHead', () => {
  it('reads the fields that decide about a mail', () => {
    const head = headOf(
      ['received', 'x'],
      ['received', 'y'],
      ['from', '=?utf-8?Q?J=C3=BCrgen?= <j@x.example>'],
      ['reply-to', '"Help, Desk" <help@x.example>'],
      ['subject', '=?utf-8?Q?caf=C3=A9?= =?utf-8?Q?_menu?='],
      ['message-id', ' <a@b>'],
      ['in-reply-to', '<c@d>'],
      ['references', '<e@f> <c@d>'],
      ['auto-submitted', 'Auto-Generated; owner="x"'],
      ['return-path', '<bounce@x.example>'],
    );
    expect(head).toMatchObject({
      from: [{ address: 'j@x.example', name: 'Jürgen' }],
      replyTo: [{ address: 'help@x.example', name: 'Help, Desk' }],
      subject: 'café menu',
      messageIdField: '<a@b>',
      inReplyTo: '<c@d>',
      references: ['<e@f>', '<c@d>'],
      autoSubmitted: 'auto-generated',
      returnPath: 'bounce@x.example',
      receivedCount: 2,
    });
  });

  it.each([
    ['=?utf-8?Q?ceo=40bank.com?= <evil@x.example>', ['evil@x.example']],
    ['=?utf-8?Q?ceo=40bank.com?=', []],
    ['<=?utf-8?Q?ceo?=@bank.com>', []],
    ['=?utf-8?Q?=22CEO=22_=3Cceo=40bank.com=3E=2C?= <evil@x.example>', ['evil@x.example']],
    ['"ceo@bank.com" <evil@x.example>', ['evil@x.example']],
  ])('C13 takes no address from an encoded word or a name: %j', (from, addresses) => {
    expect(headOf(['from', from]).from.map(({ address }) => address)).toEqual(addresses);
  });

  it('C14 lists the addresses of all From fields and of groups, so that more than one is seen', () => {
    const head = headOf(['from', 'a@x.example'], ['from', 'Team: b@x.example, c@x.example;']);
    expect(head.from.map(({ address }) => address)).toEqual(['a@x.example', 'b@x.example', 'c@x.example']);
  });

  it('C35 leaves out what no transport takes and writes a domain in ASCII', () => {
    const head = headOf(['from', '"a b"@x.example, a@[127.0.0.1], jürgen@x.example, a@münchen.example, undisclosed:;']);
    expect(head.from.map(({ address }) => address)).toEqual(['a@xn--mnchen-3ya.example']);
  });

  it('C16 keeps letters that stand unencoded in an encoded word', () => {
    const head = headOf(['subject', '=?iso-8859-1?Q?Grüße?='], ['from', '=?iso-8859-1?Q?Jürgen?= <j@x.example>']);
    expect([head.subject, head.from[0]?.name]).toEqual(['Grüße', 'Jürgen']);
  });

  it('C12 keeps encoded CR, LF and NUL out of subject and names', () => {
    const head = headOf(
      ['subject', '=?utf-8?Q?hi=0D=0ABcc:_evil=00?='],
      ['from', '=?utf-8?Q?x=0D=0Ay?= <a@x.example>'],
    );
    expect(head.subject).toBe('hi Bcc: evil');
    expect(head.from[0]?.name).toBe('x y');
  });

  it('gives an empty return path for a bounce', () => {
    expect(headOf(['return-path', '<>']).returnPath).toBe('');
  });

  it.each([
    ['from', `${'g:'.repeat(300_000)}`],
    ['from', '('.repeat(60_000)],
    ['from', 'a@b.example,'.repeat(80_000)],
    ['subject', '=?utf-8?Q?a?= '.repeat(60_000)],
    ['message-id', '<'.repeat(900_000)],
    ['references', '<a@b> '.repeat(150_000)],
    ['return-path', `a${' '.repeat(900_000)}b`],
    ['auto-submitted', `${' '.repeat(900_000)}b`],
  ])('C11 stays linear on bait in %s', (name, value) => {
    const started = performance.now();
    headOf([name, value]);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
