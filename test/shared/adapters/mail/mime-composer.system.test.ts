import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createMimeComposer } from '../../../../shared/adapters/mail/mime-composer.ts';
import type { Composition } from '../../../../shared/ports/mime-composer.ts';
import { composition, without } from './mime-composer-sample.ts';

const reader = `
import sys, json, base64
from email import message_from_bytes, policy
strict = policy.default.clone(raise_on_defect=True)
answers = []
for line in sys.stdin:
    mail = message_from_bytes(base64.b64decode(line), policy=strict)
    parts = list(mail.walk())
    defects = [str(d) for p in parts for d in p.defects] + [str(d) for v in mail.values() for d in v.defects]
    answers.append({
        'defects': defects,
        'subject': str(mail['Subject']),
        'from': [[a.display_name, a.addr_spec] for a in mail['From'].addresses],
        'replyTo': [[a.display_name, a.addr_spec] for a in mail['Reply-To'].addresses] if mail['Reply-To'] else [],
        'names': mail.keys(),
        'types': [p.get_content_type() for p in parts],
        'files': [p.get_filename() for p in parts if p.get_content_disposition()],
        'text': mail.get_body(('plain',)).get_content().replace('\\r\\n', '\\n'),
        'html': mail.get_body(('html',)).get_content(),
    })
print(json.dumps(answers))
`;

interface Answer {
  readonly defects: readonly string[];
  readonly subject: string;
  readonly from: readonly (readonly [string, string])[];
  readonly replyTo: readonly (readonly [string, string])[];
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly files: readonly (string | null)[];
  readonly text: string;
  readonly html: string;
}

function readWithPython(compositions: readonly Composition[]): Answer[] {
  const { compose } = createMimeComposer();
  const input = compositions.map((one) => Buffer.from(compose(one)).toString('base64')).join('\n');
  return JSON.parse(execFileSync('python3', ['-c', reader], { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
}

describe("mime composer, read by Python's email package under its strict policy", () => {
  const subjects = [
    'Figures',
    'Für 📈',
    'שלום עולם',
    'x'.repeat(1000),
    'many words '.repeat(90).trim(),
    '日本語'.repeat(100),
    '=?utf-8?Q?a=0D=0Ab?=',
  ];
  const names = ['Device 7', 'Lovelace, Ada', 'The "big" \\ one', 'Ädä 📈', 'مرحبا', 'a@b.example', 'n'.repeat(300)];

  it('has no defect, and the subjects and names that were given', () => {
    const mails = subjects.map((subject, n) =>
      composition({
        subject,
        from: { address: 'n@example.com', name: names[n] ?? '' },
        replyTo: [{ address: 'r@y.example', name: names[n] ?? '' }],
      }),
    );
    const answers = readWithPython(mails);
    expect(answers.flatMap((answer) => answer.defects)).toEqual([]);
    expect(answers.map((answer) => answer.subject)).toEqual(subjects);
    // Python keeps the space between the encoded-words of a phrase, against RFC 2047 §6.2; the long name has none of its own.
    const joined = (name = '') => (name.length > 300 ? name.replaceAll(' ', '') : name);
    expect(answers.map((answer) => joined(answer.from[0]?.[0]))).toEqual(names);
    expect(answers.map((answer) => joined(answer.replyTo[0]?.[0]))).toEqual(names);
    expect(answers.map((answer) => answer.replyTo[0]?.[1])).toEqual(names.map(() => 'r@y.example'));
  });

  it('has the bodies and files that were given, in the right tree', () => {
    const inline = [
      {
        contentId: 'a@b',
        contentType: 'image/png',
        fileName: `${'Straße '.repeat(20)};"7".png`,
        content: Uint8Array.of(1, 2, 3),
      },
    ];
    const [plain, related, empty] = readWithPython([
      composition({ text: 'Grüße\n.\nFrom me\n', files: [] }),
      composition({ html: '<p>日本語<img src="cid:a@b">', inline, references: ['<a@b>'], inReplyTo: '<a@b>' }),
      without('text', { card: 'top' }),
    ]);
    expect([plain, related, empty].flatMap((answer) => answer?.defects)).toEqual([]);
    expect(plain?.text).toBe('Grüße\n.\nFrom me\n');
    expect(related?.types).toEqual([
      'multipart/related',
      'multipart/alternative',
      'text/plain',
      'text/html',
      'image/png',
    ]);
    expect(related?.files).toEqual([inline[0]?.fileName]);
    expect(related?.html).toContain('<p>日本語<img src="cid:a@b">');
    expect(empty?.text).toContain('This mail has no text.');
  });

  it('C23 has the calendar entries, images and files that stay, in the right tree', () => {
    const content = Uint8Array.from({ length: 3000 }, (_, n) => n % 256);
    const calendar = {
      ...{ contentType: 'text/calendar', typeParameters: { method: 'REQUEST', charset: 'utf-8' } },
      ...{ fileName: 'invite.ics', content: Buffer.from('BEGIN:VCALENDAR\r\nSUMMARY:é\r\nEND:VCALENDAR\r\n') },
    };
    const fileNames = ['Straße "7"; 📈.csv', `${'long name '.repeat(20)}.pdf`, 'a.ics'];
    const kept = fileNames.map((fileName) => ({
      ...{ contentType: 'application/pdf', typeParameters: { 'x-evil': '1' }, fileName, content },
    }));
    const inline = [{ contentId: 'a@b', contentType: 'image/png', content }];
    const note = 'This mail was signed.';
    const mails = [
      composition({ html: '<img src="cid:a@b">', inline, alternatives: [calendar], kept, note }),
      composition({ alternatives: [calendar] }),
      composition({ kept, files: [] }),
    ];
    const [all, invite, files] = readWithPython(mails);
    expect([all, invite, files].flatMap((answer) => answer?.defects)).toEqual([]);
    expect(all?.types).toEqual([
      ...['multipart/mixed', 'multipart/related', 'multipart/alternative', 'text/plain', 'text/html', 'text/calendar'],
      ...['image/png', 'application/pdf', 'application/pdf', 'application/pdf'],
    ]);
    expect(all?.files).toEqual([null, ...fileNames]);
    expect(all?.text).toContain('[This mail was signed.]');
    expect(invite?.types).toEqual(['multipart/alternative', 'text/plain', 'text/html', 'text/calendar']);
    expect(files?.types.slice(0, 2)).toEqual(['multipart/mixed', 'multipart/alternative']);
  });
});
