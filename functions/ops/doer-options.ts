import type { Doer } from '../../shared/contracts/doer.ts';
import { UsageError } from './command.ts';
import { whoAmI } from './link-desk.ts';

/** Who works here and why, as a history may hold it. @throws UsageError for a reason that holds an address */
export function toDoer(reason: string | undefined): Doer {
  if (reason?.includes('@')) throw new UsageError('--reason holds an address: the record keeps none');
  const by = whoAmI().replaceAll('@', ' at ');
  return reason === undefined ? { by } : { by, reason };
}

/** @throws UsageError for anything but a whole number from 1 to `most` */
export function parseCount(option: string, text: string, most: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) throw new UsageError(`${option} is a whole number from 1 to ${most}`);
  return count;
}
