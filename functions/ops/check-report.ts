import { humanSize } from '../../shared/mail/link-card/human-size.ts';
import type { Checked } from './check-mail.ts';
import { forTerminal } from './for-terminal.ts';

const shownRecipients = 5;

/** What people read about one mail: a line of its own, then whom it goes to and what becomes of its files. */
export function mailLines(file: string, { mail, reason }: Checked): readonly string[] {
  const { state, code, recipients, parts, warnings, ms } = mail;
  const why = code === undefined ? '' : `  ${code}${reason === undefined ? '' : `: ${forTerminal(reason, 200)}`}`;
  return [
    `${state.padEnd(11)}  ${forTerminal(file, 300)}  ${ms.toFixed(0)} ms${why}`,
    ...(recipients.length === 0 ? [] : [`    to ${toList(recipients)}`]),
    ...parts.map(
      ({ path, name, contentType, bytes, fate, reason: because }) =>
        `    part ${path}  ${forTerminal(name, 150)}  ${forTerminal(contentType)}  ${humanSize(bytes)}  ${fate}: ${because}`,
    ),
    ...warnings.map((warning) => `    note: ${forTerminal(warning, 200)}`),
  ];
}

function toList(recipients: readonly string[]): string {
  const shown = recipients.slice(0, shownRecipients).join(', ');
  const more = recipients.length - shownRecipients;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Counts what `check` has seen. */
export interface CheckTally {
  add(checked: Checked): void;
  readonly count: number;
  /** `12 mails: 10 relayed, 2 parked (ERR_BOUNDARY 1, ERR_NO_RECIPIENTS 1)` */
  summary(): string;
}

export function createTally(): CheckTally {
  const states = new Map<string, Map<string, number>>();
  let count = 0;
  return {
    add({ mail: { state, code = '' } }) {
      count += 1;
      const codes = states.get(state) ?? new Map<string, number>();
      codes.set(code, (codes.get(code) ?? 0) + 1);
      states.set(state, codes);
    },
    get count() {
      return count;
    },
    summary() {
      const lines = [...states].map(([state, codes]) => {
        const sum = [...codes.values()].reduce((total, one) => total + one, 0);
        const named = [...codes].filter(([code]) => code !== '').map(([code, times]) => `${code} ${times}`);
        return `${sum} ${state}${named.length === 0 ? '' : ` (${named.sort().join(', ')})`}`;
      });
      return `${count} ${count === 1 ? 'mail' : 'mails'}${lines.length === 0 ? '' : `: ${lines.join(', ')}`}`;
    },
  };
}
