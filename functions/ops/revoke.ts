import type { Command } from './command.ts';
import { openLinkDesk, whoAmI } from './link-desk.ts';
import { parseLinkOptions, toSelection } from './links-options.ts';
import { printAnswer } from './print-links.ts';

/** `revoke <link | token | id> | --mail MAILID [--recipient A] | --recipient A`: withdraws links. */
export const revoke: Command = async (args, context) => {
  const { values, link } = parseLinkOptions(args, {});
  const selection = toSelection(link, values);
  const desk = await openLinkDesk(context);
  const doer = { by: whoAmI(), ...(values.reason === undefined ? {} : { reason: values.reason }) };
  return printAnswer(await desk.revoke(selection, doer), context);
};
