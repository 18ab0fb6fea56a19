import { escapeHtml } from '../html.ts';

/** How a note sits in the mail: it keeps its distance to what the sender wrote. */
export interface NoteOptions {
  readonly position: 'top' | 'bottom';
}

/** A sentence of ours for the plain text of a mail, apart from what the sender wrote. Empty without one. */
export function noteText(note: string | undefined, { position }: NoteOptions): string {
  if (note === undefined) return '';
  return position === 'top' ? `[${note}]\n\n` : `\n[${note}]\n`;
}

/**
 * A sentence of ours for the HTML of a mail. It has the colours of the text around it, so that it is legible in light
 * and dark. Empty without one.
 */
export function noteHtml(note: string | undefined, { position }: NoteOptions): string {
  if (note === undefined) return '';
  const margin = position === 'top' ? '0 0 24px' : '24px 0 0';
  const style = `margin:${margin};padding:2px 0 2px 12px;border-left:3px solid #8a94a0;font-size:13px;line-height:18px;font-style:italic`;
  return `\n<p role="note" lang="en" dir="ltr" style="${style}">${escapeHtml(note)}</p>\n`;
}
