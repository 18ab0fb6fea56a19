import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, UsageError } from './command.ts';
import { openLinkDesk, whoAmI } from './link-desk.ts';
import { parseLinkOptions, toLinkId } from './links-options.ts';
import { linkLine, printAnswer } from './print-links.ts';

/** `replace <link | token | id> --file F [--keep-name]`: swaps the bytes behind a link, for all recipients of its mail. */
export const replace: Command = async (args, context) => {
  const { values, link } = parseLinkOptions(args, { file: { type: 'string' }, 'keep-name': { type: 'boolean' } });
  const { file, reason } = values;
  if (link === undefined || file === undefined) throw new UsageError('replace needs a link and --file FILE');
  const linkId = toLinkId(link);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`--file ${file}: no such file`);
  const desk = await openLinkDesk(context);
  const doer = { by: whoAmI(), ...(reason === undefined ? {} : { reason }) };
  const content = createReadStream(file);
  const named = values['keep-name'] === true ? { content } : { content, fileName: basename(file) };
  const answer = await desk.replace(linkId, named, doer);
  if (answer === undefined) {
    context.printError('there is no such link');
    return 1;
  }
  const code = printAnswer(answer, context);
  context.print(`the new file has ${answer.sizeBytes} bytes, SHA-256 ${answer.sha256}`);
  context.print(answer.haveOld.length === 0 ? 'nobody had fetched the old file' : 'these have the old file already:');
  for (const one of answer.haveOld) context.print(linkLine(one));
  return code;
};
