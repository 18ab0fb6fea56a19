import type { Command } from './command.ts';
import { openLinkDesk } from './link-desk.ts';
import { parseLinkOptions, toSelection } from './links-options.ts';
import { linkLine } from './print-links.ts';

/** `remind <link | token | id> | --mail MAILID [--recipient A]`: reminds of files that were not fetched, once for each mail. */
export const remind: Command = async (args, context) => {
  const { print, printError } = context;
  const { values, link } = parseLinkOptions(args, {});
  const selection = toSelection(link, values);
  const answer = await (await openLinkDesk(context)).remind(selection);
  if (answer.links.length === 0) {
    printError('there is no such link');
    return 1;
  }
  print(`${answer.changedCount} ${answer.changedCount === 1 ? 'recipient' : 'recipients'}: ${answer.takesEffect}`);
  for (const one of answer.links) print(linkLine(one));
  for (const note of answer.notes) print(`note: ${note}`);
  return answer.changedCount > 0 ? 0 : 1;
};
