import { z } from 'zod';
import type { Doer } from '../../shared/contracts/doer.ts';
import { type ReplayAnswer, replayMail } from '../../shared/inbound/replay-mail.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { recordsOf } from '../../shared/runtime/records.ts';
import type { CallConsole } from './call-console.ts';
import type { CommandContext } from './command.ts';
import { openDesk } from './open-desk.ts';

/** A mail that can be replayed, as the list tells of it. */
export interface ReplayableMail {
  readonly mailId: string;
  readonly code?: string | undefined;
  readonly receivedAt: string;
}

/** States that an operator replays mails from. */
export const replayStates = ['received', 'accepted', 'stuck', 'parked', 'quarantined', 'ignored'] as const;
export type ReplayState = (typeof replayStates)[number];

export interface ReplayDesk {
  /** The newest first; at most `mostListed`. */
  list(state: ReplayState): Promise<readonly ReplayableMail[]>;
  replay(mailId: string, doer: Doer, dryRun: boolean): Promise<ReplayAnswer>;
}

/** As many as one look at the ledger gives. */
export const mostListed = 500;

const mailsSchema = z.array(z.object({ mailId: z.string(), code: z.string().optional(), receivedAt: z.string() }));
const answerSchema = z.object({
  mailId: z.string(),
  outcome: z.enum(['replayed', 'relayed', 'raw-gone']),
  state: z.enum([...replayStates, 'relayed']),
});

/** Where mails are replayed: at the runtime that is up, or on AWS. */
export function openReplayDesk(context: CommandContext, stackName?: string): Promise<ReplayDesk> {
  const aws = (platform: Platform): ReplayDesk => {
    const { ledger } = recordsOf(platform);
    const { raw, inboundQueue, clock, log } = platform;
    return {
      list: (state) => ledger.list({ limit: mostListed, state }),
      replay: (mailId, doer, dryRun) => replayMail({ ledger, raw, inboundQueue, clock, log }, mailId, doer, dryRun),
    };
  };
  return openDesk(context, { local: httpReplayDesk, aws }, stackName);
}

function httpReplayDesk(call: CallConsole): ReplayDesk {
  return {
    list: async (state) => mailsSchema.parse(await call('GET', `/api/inbound?state=${state}&limit=${mostListed}`)),
    async replay(mailId, doer, dryRun) {
      const answer = await call('POST', `/api/inbound/${mailId}/replay`, { ...doer, dryRun });
      return answer === undefined ? { mailId, outcome: 'unknown' } : answerSchema.parse(answer);
    },
  };
}
