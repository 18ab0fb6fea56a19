import type { Command } from './command.ts';
import { parseDuration } from './duration.ts';
import { openLinkDesk, whoAmI } from './link-desk.ts';
import { parseLinkOptions, toSelection } from './links-options.ts';
import { printAnswer } from './print-links.ts';

/** `renew <link | token | id> | --mail MAILID | --recipient A [--for 36h]`: opens links again under their own URLs. */
export const renew: Command = async (args, context) => {
  const { values, link } = parseLinkOptions(args, { for: { type: 'string' } });
  const selection = toSelection(link, values);
  const forSeconds = values.for === undefined ? undefined : parseDuration('--for', values.for);
  const desk = await openLinkDesk(context);
  const doer = { by: whoAmI(), ...(values.reason === undefined ? {} : { reason: values.reason }) };
  return printAnswer(await desk.renew(selection, doer, forSeconds), context);
};
