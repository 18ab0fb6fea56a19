import type { FileAudit, RecipientAudit } from '../../shared/links/audit-mail.ts';
import { type Command, UsageError } from './command.ts';
import { openLinkDesk } from './link-desk.ts';
import { parseLinkOptions, toLinkId } from './links-options.ts';
import { forTerminal, linkLine } from './print-links.ts';

/** `links --mail MAILID` shows what each recipient did; `links <link | token | id>` what was done with one link. */
export const links: Command = async (args, context) => {
  const { values, link } = parseLinkOptions(args, {});
  const { print, printError } = context;
  if ((link === undefined) === (values.mail === undefined)) throw new UsageError('name one link, or --mail MAILID');
  const linkId = link === undefined ? undefined : toLinkId(link);
  const desk = await openLinkDesk(context);
  if (linkId !== undefined) {
    const found = await desk.show(linkId);
    if (found === undefined) {
      printError('there is no such link');
      return 1;
    }
    print(linkLine(found.link));
    for (const { at, step, by, reason, detail } of found.history) {
      print(`    ${at}  ${step} by ${forTerminal(by)}${tail(detail)}${tail(reason)}`);
    }
    for (const { at, step, visitor } of found.visits) print(`    ${at}  ${step} (${visitor})`);
    return 0;
  }
  const audit = await desk.audit(values.mail ?? '');
  if (audit.length === 0) {
    printError('there is no such mail, or it has no recipients');
    return 1;
  }
  for (const one of audit) for (const line of toLines(one)) print(line);
  return 0;
};

const tail = (text: string | undefined) => (text === undefined ? '' : `: ${forTerminal(text)}`);

function toLines(audit: RecipientAudit): readonly string[] {
  const {
    recipient = '(recipient not recorded)',
    sentAt,
    deliveredAt,
    openedAt,
    pageSeenAt,
    remindedAt,
    files,
  } = audit;
  const steps = Object.entries({ sent: sentAt, delivered: deliveredAt, opened: openedAt, 'page seen': pageSeenAt });
  const way = steps.map(([name, at]) => `${name} ${at ?? '-'}`).join(', ');
  const reminded = remindedAt === undefined ? '' : `, reminded ${remindedAt}`;
  return [`${forTerminal(recipient)}  ${way}${reminded}`, ...files.map(toFileLine)];
}

function toFileLine({ fileName, state, fetches, machineVisitCount }: FileAudit): string {
  const [first] = fetches;
  const told =
    first === undefined
      ? 'not yet fetched'
      : `fetched ${first.at} by a ${first.by}${fetches.length > 1 ? `, ${fetches.length} times` : ''}`;
  const machines = machineVisitCount === 0 ? '' : `, ${machineVisitCount} visits by scanners`;
  return `    ${forTerminal(fileName)}  ${state}  ${told}${machines}`;
}
