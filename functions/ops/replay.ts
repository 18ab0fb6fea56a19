import { parseArgs } from 'node:util';
import { errorStatus } from '../../shared/errors/codes.ts';
import type { ReplayAnswer } from '../../shared/inbound/replay-mail.ts';
import { type Command, UsageError } from './command.ts';
import { parseCount, toDoer } from './doer-options.ts';
import { parseDuration } from './duration.ts';
import { mostListed, openReplayDesk, type ReplayDesk, type ReplayState, replayStates } from './replay-desk.ts';

const options = {
  state: { type: 'string' },
  code: { type: 'string' },
  since: { type: 'string' },
  limit: { type: 'string' },
  reason: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  stack: { type: 'string' },
} as const;

/** Which mails: those that are named, or those of a state. */
interface Chosen {
  readonly mailIds: readonly string[];
  readonly state?: ReplayState;
  readonly code?: string;
  readonly since?: Date;
  readonly limit: number;
}

/** `replay <mailId…> | --state parked [--code ERR_X] [--since 2h]`: has mails processed again, once their cause is mended. */
export const replay: Command = async (args, context) => {
  const { chosen, dryRun, reason, stack } = parse(args);
  const doer = toDoer(reason);
  const desk = await openReplayDesk(context, stack);
  const mailIds = await find(desk, chosen);
  if (mailIds.length === 0) context.print('no mail is as you asked');
  let failedCount = 0;
  for (const mailId of mailIds) {
    const answer = await desk.replay(mailId, doer, dryRun);
    context.print(`${mailId}  ${tell(answer, dryRun)}`);
    if (answer.outcome !== 'replayed') failedCount += 1;
  }
  if (mailIds.length === mostListed) context.print(`these are the newest ${mostListed}: run it again for more`);
  return failedCount === 0 ? 0 : 1;
};

function parse(args: readonly string[]) {
  const { values, positionals: mailIds } = parseWords(args);
  const wrong = mailIds.find((id) => !/^[a-z2-7]{40}$/.test(id));
  if (wrong !== undefined)
    throw new UsageError('a mail id has 40 of a-z and 2-7: "npx lightermail status" lists mails');
  const byState = values.state ?? values.code ?? values.since;
  if (mailIds.length > 0 && byState !== undefined) throw new UsageError('name mails, or --state, not both');
  if (mailIds.length === 0 && values.state === undefined) {
    throw new UsageError('name at least one mail id, or --state parked');
  }
  const state = replayStates.find((known) => known === values.state);
  if (values.state !== undefined && state === undefined) {
    throw new UsageError(`--state is one of ${replayStates.join(', ')}`);
  }
  if (values.code !== undefined && !Object.hasOwn(errorStatus, values.code)) {
    throw new UsageError('--code is one of the ERR_ codes that the console shows');
  }
  const chosen: Chosen = {
    mailIds,
    limit: values.limit === undefined ? mostListed : parseCount('--limit', values.limit, mostListed),
    ...(state === undefined ? {} : { state }),
    ...(values.code === undefined ? {} : { code: values.code }),
    ...(values.since === undefined ? {} : { since: toSince(values.since) }),
  };
  return { chosen, dryRun: values['dry-run'], reason: values.reason, stack: values.stack };
}

function parseWords(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]);
  }
}

/** A time of day, or a length of time until now. */
function toSince(text: string): Date {
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]{5,12}Z)?$/.test(text) && !Number.isNaN(Date.parse(text));
  if (isDate) return new Date(text);
  return new Date(Date.now() - parseDuration('--since', text) * 1000);
}

async function find(desk: ReplayDesk, { mailIds, state, code, since, limit }: Chosen): Promise<readonly string[]> {
  if (state === undefined) return mailIds.slice(0, limit);
  const mails = await desk.list(state);
  return mails
    .filter((mail) => code === undefined || mail.code === code)
    .filter((mail) => since === undefined || Date.parse(mail.receivedAt) >= since.getTime())
    .slice(0, limit)
    .map(({ mailId }) => mailId);
}

function tell({ outcome, state }: ReplayAnswer, dryRun: boolean): string {
  switch (outcome) {
    case 'replayed':
      return `${dryRun ? 'would be replayed' : 'replayed'} (was ${state})`;
    case 'relayed':
      return 'is relayed: its recipients have their emails (a failed one is tried again by "redrive outbound")';
    case 'raw-gone':
      return `is ${state}, but what arrived is no longer in the store`;
    case 'unknown':
      return 'is not known';
  }
}
