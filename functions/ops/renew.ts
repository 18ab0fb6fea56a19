import { type Command, UsageError } from './command.ts';
import { openLinkDesk, whoAmI } from './link-desk.ts';
import { parseLinkOptions, toSelection } from './links-options.ts';
import { printAnswer } from './print-links.ts';

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** `renew <link | token | id> | --mail MAILID | --recipient A [--for 36h]`: opens links again under their own URLs. */
export const renew: Command = async (args, context) => {
  const { values, link } = parseLinkOptions(args, { for: { type: 'string' } });
  const selection = toSelection(link, values);
  const forSeconds = toSeconds(values.for);
  const desk = await openLinkDesk(context);
  const doer = { by: whoAmI(), ...(values.reason === undefined ? {} : { reason: values.reason }) };
  return printAnswer(await desk.renew(selection, doer, forSeconds), context);
};

function toSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const factor = unitSeconds[unit];
  if (count === undefined || factor === undefined) throw new UsageError('--for is a time such as 90m, 36h or 7d');
  return Number(count) * factor;
}
