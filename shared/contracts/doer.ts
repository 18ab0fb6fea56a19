/** Who has asked for a change, and why: for the record. Neither holds an address. */
export interface Doer {
  readonly by: string;
  readonly reason?: string;
}

/** As it stands in a history: `by ann: route repaired`. */
export function toDetail({ by, reason }: Doer): string {
  return reason === undefined ? `by ${by}` : `by ${by}: ${reason}`;
}
