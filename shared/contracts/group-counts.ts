import type { EmailRecord } from './records.ts';

/** What became of a group's emails. The names are part of the relay's wire contract. */
export interface GroupCounts {
  readonly total_sent: number;
  readonly delivered: number;
  /** Open events, machines' included. */
  readonly opened: number;
  /** Emails with at least one open event. */
  readonly unique_opened: number;
  /** Emails that bounced, were complained about or were refused after they had been taken over. */
  readonly failed: number;
  readonly bounced: number;
  readonly complained: number;
  readonly clicked: number;
  readonly unique_clicked: number;
  readonly machine_opened: number;
  readonly machine_clicked: number;
}

export const noCounts: GroupCounts = {
  total_sent: 0,
  delivered: 0,
  opened: 0,
  unique_opened: 0,
  failed: 0,
  bounced: 0,
  complained: 0,
  clicked: 0,
  unique_clicked: 0,
  machine_opened: 0,
  machine_clicked: 0,
};

export const countNames = Object.keys(noCounts) as (keyof GroupCounts)[];

/** Whether callers are told of an email: one that no transport ever took over is invisible and uncounted. */
export function isVisible(email: EmailRecord): boolean {
  return email.sentAt !== undefined;
}

/** What one email adds to its group's counts. */
export function countsOf(email: EmailRecord): GroupCounts {
  if (!isVisible(email)) return noCounts;
  const one = (fact: unknown) => (fact === undefined || fact === 0 ? 0 : 1);
  const { openCount = 0, machineOpenCount = 0, clickCount = 0, machineClickCount = 0 } = email;
  return {
    total_sent: 1,
    delivered: one(email.deliveredAt),
    opened: openCount,
    unique_opened: one(openCount),
    failed: one(email.failedAt),
    bounced: one(email.bouncedAt),
    complained: one(email.complainedAt),
    clicked: clickCount,
    unique_clicked: one(clickCount),
    machine_opened: machineOpenCount,
    machine_clicked: machineClickCount,
  };
}
