import { escapeHtml } from '../mail/html.ts';

/** Every word of a reminder, in one place to be translated. */
const words = {
  subject: (subject: string) => `Reminder: ${subject}`,
  intro: (from: string, count: number) =>
    count === 1
      ? `${from} sent you a file that you have not fetched yet.`
      : `${from} sent you ${count} files that you have not fetched yet.`,
  end: 'After the time that stands beside it, a link gives its file no more. This is the only reminder.',
  someone: 'Someone',
} as const;

export interface ReminderText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * What a reminder says above its link card.
 * @param senderName a stranger's text; absent where the mail named nobody
 */
export function toReminderText(subject: string, senderName: string | undefined, fileCount: number): ReminderText {
  const lines = [words.intro(senderName ?? words.someone, fileCount), words.end];
  return {
    subject: words.subject(subject),
    text: `${lines.join('\n\n')}\n`,
    html: lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n'),
  };
}
