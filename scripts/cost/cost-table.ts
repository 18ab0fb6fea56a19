import { type CostLine, mailCosts, standingCosts, totalOf } from './cost-lines.ts';
import type { Counts } from './counts.ts';
import { assumedAnswerMs } from './durations.ts';
import { type PriceName, prices, pricesOf } from './prices.ts';

const million = 1_000_000;

/** The costs of a million mails and of an idle month, as a table of Markdown and what it rests on. */
export function costTable(counts: Counts): string {
  const perMillion = mailCosts(counts, million);
  const idle = standingCosts(counts);
  return [
    table('A million mails', perMillion),
    '',
    table('A month without any', idle),
    '',
    ...notes(counts).map((note) => `- ${note}`),
  ].join('\n');
}

/** The same as data. */
export function costReport(counts: Counts) {
  const perMillion = mailCosts(counts, million);
  const idle = standingCosts(counts);
  return {
    prices: { ...pricesOf, list: prices },
    perMillionMails: { usd: totalOf(perMillion), lines: perMillion },
    perMonth: { usd: totalOf(idle), lines: idle },
    assumedAnswerMs,
    counts,
  };
}

function table(title: string, lines: readonly CostLine[]): string {
  const rows = lines.map(({ service, what, quantity, usd }) => [service, what, shownCount(quantity), shownUsd(usd)]);
  const all = [[title, '', 'quantity', 'USD'], ...rows, ['**together**', '', '', `**${shownUsd(totalOf(lines))}**`]];
  const [head, ...rest] = all.map((cells) => `| ${cells.join(' | ')} |`);
  return [head, '|---|---|--:|--:|', ...rest].join('\n');
}

function shownUsd(usd: number): string {
  return usd < 100 ? usd.toFixed(2) : usd.toFixed(0);
}

function shownCount(quantity: number): string {
  if (quantity >= million) return `${(quantity / million).toFixed(1)} M`;
  if (quantity >= 10_000) return `${(quantity / 1000).toFixed(0)} k`;
  return quantity >= 10 ? quantity.toFixed(0) : quantity.toFixed(1);
}

function notes(counts: Counts): readonly string[] {
  const each = (value: number) => (value / counts.mails).toFixed(1);
  const kilobytes = (value: number) => (value / counts.mails / 1000).toFixed(0);
  const unconfirmed = (Object.keys(prices) as PriceName[]).filter((name) => !prices[name].confirmed);
  const answers = Object.entries(assumedAnswerMs).map(([service, ms]) => `${service} ${ms} ms`);
  return [
    `Prices of ${pricesOf.region} on ${pricesOf.date}, without free tiers. Not confirmed by a second source: ${unconfirmed.join(', ')}.`,
    'SES is taken to count whole chunks of a mail alone: one of 255 KB has none.',
    `Counted in a recorded run of the functions over ${counts.mails} mails of ${kilobytes(counts.bytes.raw)} kB, ${each(counts.emails)} emails and ${each(counts.downloads)} downloads a mail.`,
    `Time of a function: its processor time in that run, stretched to what its memory gives it, and its calls one after the other, each answered in (assumed) ${answers.join(', ')}.`,
  ];
}
