import { describe, expect, it } from 'vitest';
import { findRecipients } from '../../../../shared/mail/recipients/find-recipients.ts';

const marker = ':Email_Rxers_Code:';
const long = (length: number) => 'l'.repeat(length);
const label = (length: number) => 'd'.repeat(length);

/** What a list gives: its addresses, and how many entries were refused. */
function read(list: string): { readonly addresses: readonly string[]; readonly refusedCount: number } {
  const { textList } = findRecipients({ text: `${marker}${list}${marker}`, marker });
  return { addresses: textList?.addresses ?? [], refusedCount: textList?.refusedCount ?? 0 };
}

/** Taken as they are. */
const plain = `
a@example.com ab@example.com a.b@example.com a.b.c.d@example.com a+b@example.com a+b+c@example.com a-b@example.com
a_b@example.com _a@example.com -a@example.com a'b@example.com o'hara@example.com a/b@example.com a=b@example.com
a?b@example.com a#b@example.com a$b@example.com a&b@example.com a*b@example.com a^b@example.com
a{b}@example.com a|b@example.com a~b@example.com 1@example.com 123456@example.com a1.b2@example.com
SRS0=x=y=example.org=a@example.com prvs=1=a@example.com a--b@example.com a__b@example.com A@example.com MiXeD@example.com
a@example.co.uk a@a.b.c.d.example.com a@1example.com a@123.example a@a-b.example a@a--b.example a@xn--bcher-kva.example
a@xn--p1ai.xn--p1ai a@x.example a@3com.example a@example.museum a@example.technology
a.1@example.com 1.a@example.com a+tag=1@example.com no-reply@example.com postmaster@example.com x.y+z@a.example
bounce-1-2=a=example.org@example.com 0@example.com a@0.example a@a0.example a@a.b-c.example Z@z.example _@example.com
`;

/** Taken in another form. */
const changed: readonly (readonly [string, string])[] = [
  ['a@EXAMPLE.COM', 'a@example.com'],
  ['A@Example.Com', 'A@example.com'],
  ['<a@example.com>', 'a@example.com'],
  ['[a@example.com]', 'a@example.com'],
  ["'a@example.com'", 'a@example.com'],
  ['mailto:a@example.com', 'a@example.com'],
  ['MAILTO:a@example.com', 'a@example.com'],
  ['<mailto:a@example.com>', 'a@example.com'],
  ['mailto:a@example.com?subject=x', 'a@example.com'],
  ['Ann <a@example.com>', 'a@example.com'],
  ['"Ann" <a@example.com>', 'a@example.com'],
  ['"Doe, Ann" <a@example.com>', 'a@example.com'],
  ['"b@example.org" <a@example.com>', 'a@example.com'],
  ['Ann B. Doe <a@example.com>', 'a@example.com'],
  ['Ann (home) <a@example.com>', 'a@example.com'],
  ['a@example.com (Ann)', 'a@example.com'],
  ['(Ann) a@example.com', 'a@example.com'],
  ['(b@example.org) a@example.com', 'a@example.com'],
  ['(not b@example.org any more) a@example.com', 'a@example.com'],
  ['  a@example.com  ', 'a@example.com'],
  ['\ta@example.com\n', 'a@example.com'],
  ['\u00a0a@example.com\u00a0', 'a@example.com'],
  ['a@exam\u00adple.com', 'a@example.com'],
  ['a@example\u200b.com', 'a@example.com'],
  ['\u202aa@example.com\u202c', 'a@example.com'],
  ['\ufeffa@example.com', 'a@example.com'],
  ['a@bücher.example', 'a@xn--bcher-kva.example'],
  ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
  ['a@bu\u0308cher.example', 'a@xn--bcher-kva.example'],
  ['a@пример.example', 'a@xn--e1afmkfd.example'],
  ['a@例え.example', 'a@xn--r8jz45g.example'],
  ['a@例え。example', 'a@xn--r8jz45g.example'],
  ['Jörg <a@example.com>', 'a@example.com'],
  ['Team: a@example.com;', 'a@example.com'],
  ['Team:a@example.com;', 'a@example.com'],
  ['My Team: Ann <a@example.com>;', 'a@example.com'],
  ['To: a@example.com', 'a@example.com'],
  [`${long(64)}@example.com`, `${long(64)}@example.com`],
  [`a@${label(63)}.example`, `a@${label(63)}.example`],
];

/** Refused, each as one entry. */
const refused: readonly string[] = [
  ...'a @ a@ @a a@b a@localhost a@.example a@example. a@example.com. a@example..com a@.example.com .a@example.com'.split(
    ' ',
  ),
  ...'a.@example.com a..b@example.com a@-example.com a@example-.com a@exa_mple.com a@example.1 a@1.2.3.4'.split(' '),
  ...'a@[127.0.0.1] a@[IPv6:::1] a@[example.com] a@b@example.com a@@example.com a@example.com@example.org'.split(' '),
  ...'a%b@example.com a%b.example@example.com %a@example.com x!a@example.com host!user@example.com'.split(' '),
  ...'@relay.example:a@example.com <@relay.example:a@example.com> <@a.example,@b.example:c@example.com>'.split(' '),
  ...'jörg@example.com 用户@example.com а@example.com "ann"@example.com "a\\"b"@example.com'.split(' '),
  ...'a@exаmple.com a@gοοgle.com a@example.com/b a@example.com?x a@example.com#x a@exam%70le.com a@user:pw.example'.split(
    ' ',
  ),
  ...'a(c)@example.com a@example.com(c) a@(c)example.com a[b]@example.com a\\b@example.com a\\@b@example.com'.split(
    ' ',
  ),
  ...'a`b a@*.example *@example.com@ http://example.com https://a@example.com/x ftp:a tel:+49123 a:b:c'.split(' '),
  ...'a@exam!ple.com a@exam$ple.com a@exam+ple.com a@exam=ple.com a@exam~ple.com a@exam^ple.com a@exam|ple.com'.split(
    ' ',
  ),
  `${long(65)}@example.com`,
  `${long(300)}@example.com`,
  `a@${label(64)}.example`,
  `a@${`${label(60)}.`.repeat(5)}example`,
  `a@${long(500)}`,
  'Ann Doe',
  'undefined',
  'null',
  '12345',
  'ann at example dot com',
  '<>',
  '<a>',
  '<a b@example.com>',
  '<a@example.com b@example.com>',
  '=?utf-8?Q?a=40example.com?=',
  'a@\u0000example.com',
  'a\u0007@example.com',
  'a@example.com\u0000',
];

/** Lists, with what they give. */
const lists: readonly (readonly [string, readonly string[], number])[] = [
  ['a@x.example,b@y.example', ['a@x.example', 'b@y.example'], 0],
  ['a@x.example;b@y.example', ['a@x.example', 'b@y.example'], 0],
  ['a@x.example b@y.example', ['a@x.example', 'b@y.example'], 0],
  ['a@x.example\r\nb@y.example', ['a@x.example', 'b@y.example'], 0],
  ['a@x.example,,;, ,b@y.example,', ['a@x.example', 'b@y.example'], 0],
  ['a@x.example、b@y.example；c@z.example', ['a@x.example', 'b@y.example', 'c@z.example'], 0],
  ['[a@x.example, b@y.example]', ['a@x.example', 'b@y.example'], 0],
  ['<a@x.example><b@y.example>', ['a@x.example', 'b@y.example'], 0],
  ['a@x.example, a@X.EXAMPLE, <a@x.Example>', ['a@x.example'], 0],
  ['a@x.example, A@x.example', ['a@x.example', 'A@x.example'], 0],
  ['a@x.example, nobody, b@y.example', ['a@x.example', 'b@y.example'], 1],
  ['Team: a@x.example, b@y.example;', ['a@x.example', 'b@y.example'], 0],
  ['Team:a@x.example,b@y.example; c@z.example', ['a@x.example', 'b@y.example', 'c@z.example'], 0],
  ['One: a@x.example; Two: b@y.example;', ['a@x.example', 'b@y.example'], 0],
  ['undisclosed-recipients:;', [], 0],
  ['Empty: ; a@x.example', ['a@x.example'], 0],
  ['Doe, Ann <a@x.example>', ['a@x.example'], 1],
  ['"Doe, Ann" <a@x.example>, "Roe; Ben" <b@y.example>', ['a@x.example', 'b@y.example'], 0],
  ['Ann <a@x.example> Ben <b@y.example>', ['a@x.example', 'b@y.example'], 0],
  ['a@x.example, b%c@y.example, d@[127.0.0.1]', ['a@x.example'], 2],
  ['', [], 0],
  [' , ; ', [], 0],
];

describe('the table of addresses', () => {
  const good = plain.trim().split(/\s+/);

  it('C35 has two hundred rows', () => {
    expect(good.length + changed.length + refused.length + lists.length).toBeGreaterThanOrEqual(200);
  });

  it.each(good)('C35 %s is taken', (address) => {
    expect(read(address)).toEqual({ addresses: [address], refusedCount: 0 });
  });

  it.each(changed)('C35 %j is taken as %s', (entry, address) => {
    expect(read(entry)).toEqual({ addresses: [address], refusedCount: 0 });
  });

  it.each(refused)('C35 %j is refused', (entry) => {
    const { addresses, refusedCount } = read(entry);
    expect(addresses).toEqual([]);
    expect(refusedCount).toBeGreaterThanOrEqual(1);
  });

  it.each(lists)('C35 the list %j', (list, addresses, refusedCount) => {
    expect(read(list)).toEqual({ addresses, refusedCount });
  });
});
