import { UsageError } from './command.ts';

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** @throws UsageError for anything but a time such as `90m`, `36h` or `7d` */
export function parseDuration(option: string, text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const factor = unitSeconds[unit];
  if (count === undefined || factor === undefined) throw new UsageError(`${option} is a time such as 90m, 36h or 7d`);
  return Number(count) * factor;
}

const steps = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [Number.POSITIVE_INFINITY, 86_400, 'd'],
] as const;

/** A length of time in its largest unit: `42 s`, `3 min`, `2 h`. */
export function tellDuration(seconds: number): string {
  const [, unit, name] = steps.find(([below]) => seconds < below) ?? steps[3];
  return `${Math.floor(seconds / unit)} ${name}`;
}
