import type { Dns, MailExchanger } from '../../../../functions/ops/doctor/dns.ts';
import type { Finding } from '../../../../functions/ops/doctor/finding.ts';
import type { SendingAccount, SendingIdentity } from '../../../../shared/ports/deployment-facts.ts';

export interface Zone {
  readonly mx?: Readonly<Record<string, readonly MailExchanger[]>>;
  readonly txt?: Readonly<Record<string, readonly string[]>>;
  readonly cname?: Readonly<Record<string, readonly string[]>>;
}

/** Names as they are written down here; everything else does not exist. */
export function fakeDns({ mx = {}, txt = {}, cname = {} }: Zone): Dns {
  return {
    mx: async (domain) => mx[domain] ?? [],
    txt: async (domain) => txt[domain] ?? [],
    cname: async (domain) => cname[domain] ?? [],
  };
}

/** `error subject: finding`, one line each. */
export const linesOf = (findings: readonly Finding[]) =>
  findings.map(({ level, subject, finding }) => `${level} ${subject}: ${finding}`);

export const goodAccount: SendingAccount = {
  hasProductionAccess: true,
  isSendingEnabled: true,
  enforcementStatus: 'HEALTHY',
  maxPerDay: 50_000,
  sentLastDay: 100,
  maxPerSecond: 14,
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
};

export const goodIdentity: SendingIdentity = {
  name: 'example.com',
  isVerified: true,
  dkim: { isEnabled: true, status: 'SUCCESS', origin: 'AWS_SES', tokens: ['t1', 't2'] },
  mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS' },
};
