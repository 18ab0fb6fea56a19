import { describe, expect, it } from 'vitest';
import { noteHtml, noteText } from '../../../../shared/mail/link-card/note.ts';

describe('the note', () => {
  it('is nothing when there is none', () => {
    expect(noteText(undefined, { position: 'top' }) + noteHtml(undefined, { position: 'bottom' })).toBe('');
  });

  it('keeps its distance to what the sender wrote', () => {
    expect(noteText('Changed.', { position: 'top' })).toBe('[Changed.]\n\n');
    expect(noteText('Changed.', { position: 'bottom' })).toBe('\n[Changed.]\n');
  });

  it('is text in HTML, with no colour of its own and nothing fetched', () => {
    const html = noteHtml('a <b> "c"', { position: 'bottom' });
    expect(html).toContain('a &#60;b&#62; &#34;c&#34;</p>');
    expect(html).not.toMatch(/[^-]color:|url\(|src=/);
  });
});
