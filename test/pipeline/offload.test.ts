import { afterEach, describe, expect, it } from 'vitest';
import { filePart, mailparserParts, mixedMail, type OffloadRun, runMail, sampleMail } from '../support/offload-run.ts';
import type { Pipeline, RouteInput } from '../support/pipeline.ts';

let pipeline: Pipeline | undefined;
afterEach(async () => {
  await pipeline?.close();
  pipeline = undefined;
});

async function run(mail: string | Uint8Array, route: RouteInput = {}): Promise<OffloadRun> {
  const result = await runMail(mail, route);
  pipeline = result.pipeline;
  return result;
}

const fates = ({ parts }: OffloadRun) => parts.map(({ fileName, fate, reason }) => [fileName, fate, reason]);
const attached = (name: string) => `Content-Disposition: attachment; filename="${name}"\r\n`;
const image = (contentId: string, content: Uint8Array, type = 'image/png') =>
  filePart(type, content, `Content-ID: <${contentId}>\r\nContent-Disposition: inline\r\n`);
const bytes = Buffer.from('the bytes\0\xff of a file\r\n', 'latin1');
const linkCount = (text: string) => new Set(text.match(/\/f\/[A-Za-z0-9_-]{32}/g)).size;

describe('a calendar entry stays', () => {
  it('C23 as alternative with its method, and as the file it came as; the rest goes', async () => {
    const result = await run(sampleMail('calendar-invite'));
    expect(result.entry).toMatchObject({ state: 'relayed', recipientCount: 2 });
    expect(fates(result)).toEqual([
      ['attachment-1.ics', 'kept', 'a calendar entry'],
      ['invite.ics', 'kept', 'a calendar entry'],
      ['plan.pdf', 'offloaded', 'an attachment'],
    ]);
    for (const { raw, text, html, parts } of result.sent) {
      expect(raw.match(/^Content-Type: [a-z]+\/[a-z-]+/gm)).toEqual([
        'Content-Type: multipart/mixed',
        'Content-Type: multipart/alternative',
        'Content-Type: text/plain',
        'Content-Type: text/html',
        'Content-Type: text/calendar',
        'Content-Type: application/ics',
      ]);
      expect(raw).toMatch(/Content-Type: text\/calendar;\r\n charset="UTF-8";\r\n method="REQUEST"/);
      expect(linkCount(text)).toBe(1);
      expect(text + html).not.toMatch(/Rxers/);
      // One of the two parsers gives calendar entries with line ends of its own.
      expect(parts[1]).toMatchObject({ name: 'invite.ics', type: 'application/ics', disposition: 'attachment' });
      const other = await mailparserParts(raw);
      expect(other.map((part) => part.sha256)).toEqual(result.parts.slice(0, 2).map((part) => part.sha256));
    }
  });

  it('C23 without the recipient list that its description took over', async () => {
    const ics = `BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nDESCRIPTION:Come\\n:Email_Rxers_Code:[a@example.com\\,b@\r\n example.com]:Email_Rxers_Code:\r\nEND:VCALENDAR\r\n`;
    const result = await run(mixedMail([filePart('text/calendar; method=REQUEST', Buffer.from(ics))]));
    expect(result.entry.warnings).toContain('part 2: recipient list taken out of the calendar entry');
    expect(result.sent).toHaveLength(2);
    for (const { raw } of result.sent) {
      const clean = /\r\n\r\n([A-Za-z0-9+/=\r\n]{40,})\r\n--mixed/.exec(raw)?.[1] ?? '';
      expect(Buffer.from(clean, 'base64').toString()).toBe(
        'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nDESCRIPTION:Come\\n\r\nEND:VCALENDAR\r\n',
      );
    }
  });
});

describe('images that the HTML shows', () => {
  it('C24 stay, however they are referred to, each once; others go', async () => {
    const mail = mixedMail(
      [
        image('one@x', Buffer.from('1')),
        image('T+w@x', Buffer.from('2')),
        image('css@x', Buffer.from('3')),
        image('one@x', Buffer.from('1')),
        image('one@x', Buffer.from('other')),
        image('unseen@x', Buffer.from('4')),
      ],
      '<img src="cid:one@x"><img src=CID:one@x><img src="cid:t%2Bw%40x"><p style="background:url(\'cid:css@x\')">cid:unseen@x',
    );
    const result = await run(mail);
    expect(result.parts.map(({ fate, reason }) => `${fate}: ${reason}`)).toEqual([
      'inline: the HTML shows this image',
      'inline: the HTML shows this image',
      'inline: the HTML shows this image',
      'inline: the same image again, in the mail once',
      'offloaded: another part bears the same Content-ID',
      'offloaded: an image that the HTML does not show',
    ]);
    for (const { parts, text } of result.sent) {
      expect(parts.map(({ contentId }) => contentId)).toEqual(['<one@x>', '<T+w@x>', '<css@x>']);
      expect(linkCount(text)).toBe(2);
    }
  });

  it('C24 go when they are larger than the route keeps', async () => {
    const mail = mixedMail([image('big@x', Buffer.alloc(2001))], '<img src="cid:big@x">');
    const result = await run(mail, { offload: { keepInlineMaxBytes: 2000 } });
    expect(result.parts[0]).toMatchObject({
      fate: 'offloaded',
      reason: 'an image that the HTML shows, larger than the route keeps',
      sizeBytes: 2001,
    });
    expect(result.parts[0]?.blobKey).toBeDefined();
  });

  it('C24 stand beside the bodies, inside the files that stay: mixed, related, alternative', async () => {
    const mail = mixedMail(
      [
        image('one@x', Buffer.from('1')),
        filePart('text/calendar', Buffer.from('BEGIN:VCALENDAR\r\n'), attached('a.ics')),
      ],
      '<img src="cid:one@x">',
    );
    const { sent } = await run(mail);
    expect(sent[0]?.raw.match(/multipart\/[a-z]+/g)).toEqual([
      'multipart/mixed',
      'multipart/related',
      'multipart/alternative',
      'multipart/alternative',
    ]);
    expect(sent[0]?.parts.map(({ name, contentId }) => [name, contentId])).toEqual([
      ['attachment-1.png', '<one@x>'],
      ['a.ics', ''],
    ]);
  });
});

describe('what always becomes a file', () => {
  it.each([
    [
      'C20 TNEF',
      filePart('application/ms-tnef; name="winmail.dat"', bytes),
      'winmail.dat',
      'an Outlook container, not unpacked',
    ],
    [
      'a forwarded mail',
      'Content-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\nSubject: in\r\n\r\nbody',
      'attachment-1.eml',
      'a forwarded mail, as an .eml file',
    ],
    [
      'C25 a fragment',
      'Content-Type: message/partial; id="1"; number=1; total=2\r\n\r\nFrom: x@y.example\r\n\r\nhalf',
      'attachment-1.bin',
      'a fragment of a message, never put together',
    ],
    [
      'C25 an external body',
      'Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:1/x"\r\n\r\nContent-Type: image/png\r\n',
      'attachment-1.bin',
      'names a body that is elsewhere, never fetched',
    ],
  ])('%s', async (_what, part, name, reason) => {
    const result = await run(mixedMail([part]), { offload: { minBytes: 100_000 } });
    expect(result.entry.state).toBe('relayed');
    expect(fates(result)).toEqual([[name, 'offloaded', reason]]);
    expect(result.sent[0]?.parts).toEqual([]);
    expect(linkCount(result.sent[0]?.text ?? '')).toBe(1);
  });

  it('C26 a file inside multipart/alternative', async () => {
    const mail = [
      'From: d@example.org\r\nSubject: s\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n',
      '--b\r\nContent-Type: text/plain\r\n\r\n:Email_Rxers_Code:a@example.com:Email_Rxers_Code:\r\n',
      `--b\r\n${filePart('application/pdf', bytes)}\r\n--b--\r\n`,
    ].join('');
    const result = await run(mail);
    expect(fates(result)).toEqual([['attachment-1.pdf', 'offloaded', 'a file among the alternatives of the body']]);
  });
});
