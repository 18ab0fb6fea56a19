import { describe, expect, it } from 'vitest';
import { findRecipients } from '../../../../shared/mail/recipients/find-recipients.ts';

const marker = ':Email_Rxers_Code:';
const megabyte = 1024 * 1024;
const fill = (unit: string) => unit.repeat(Math.ceil(megabyte / unit.length)).slice(0, megabyte);
const inBlock = (unit: string) =>
  `${marker}${fill(unit).slice(0, 500 * 1024)}${marker}${fill(unit).slice(0, 500 * 1024)}`;

const shapes: readonly (readonly [string, string])[] = [
  ['letters without an end', fill('a')],
  ['at signs in a list', inBlock('@')],
  ['addresses that almost are', inBlock('a.@x.')],
  ['open quotes and angles in a list', inBlock('"<')],
  ['half markers', fill(':Email_Rxers_Cod')],
  ['nothing but markers', fill(marker)],
  ['tags that are never closed', fill('<a href="')],
  ['start tags', fill('<b>')],
  ['end tags after start tags', fill('<i>').slice(0, megabyte / 2) + fill('</u>').slice(0, megabyte / 2)],
  ['comments that are never closed', fill('<!--')],
  ['character references', fill('&#58;&amp')],
  ['groups and comments in a list', inBlock('g:a@(')],
  ['white space', `${marker}${fill(' \n')}`],
];

/** Processor time, the best of five, so that neighbours on the machine do not decide; unit: milliseconds. */
function bestTime(run: () => unknown): number {
  const times = [1, 2, 3, 4, 5].map(() => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

const textBoundMs = 50;
/** A megabyte of tags or of addresses without end tags; quadratic work would take minutes. */
const htmlBoundMs = 150;

describe('findRecipients, a megabyte made to be slow', () => {
  it.each(shapes)('C36 text of %s', (_, text) => {
    expect(bestTime(() => findRecipients({ text, marker }))).toBeLessThan(textBoundMs);
  });

  it.each(shapes)('C36 HTML of %s', (_, html) => {
    expect(bestTime(() => findRecipients({ html, marker }))).toBeLessThan(htmlBoundMs);
  });
});
