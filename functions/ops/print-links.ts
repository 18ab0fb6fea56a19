import type { LinkAnswer, LinkView } from '../../shared/links/link-desk.ts';
import type { CommandContext } from './command.ts';

/** One line for each link: whose, what, until when. */
export function linkLine({ recipient = '(recipient not recorded)', fileName, state, linkExpiresAt }: LinkView): string {
  return `  ${forTerminal(recipient)}  ${forTerminal(fileName)}  ${state}, until ${linkExpiresAt}`;
}

/** Tells what a change has done; answers the exit code. */
export function printAnswer(answer: LinkAnswer, { print, printError }: CommandContext): number {
  if (answer.links.length === 0) {
    printError('there is no such link');
    return 1;
  }
  const { changedCount, links, takesEffect, notes } = answer;
  print(`${changedCount} of ${links.length} ${links.length === 1 ? 'link' : 'links'} changed: ${takesEffect}`);
  for (const link of links) print(linkLine(link));
  for (const note of notes) print(`note: ${note}`);
  return changedCount > 0 || links.every(({ state }) => state === 'revoked') ? 0 : 1;
}

/** A stranger's text must not steer the terminal. */
export function forTerminal(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 100);
}
