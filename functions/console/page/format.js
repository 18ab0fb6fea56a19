import { el } from './dom.js';

const units = ['bytes', 'kB', 'MB', 'GB'];

/** `1.2 MB`. */
export function size(bytes) {
  if (bytes === 1) return '1\u00a0byte';
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}\u00a0${units[power]}`;
}

/** `1 recipient`, `3 recipients`. */
export function count(number, one, many = `${one}s`) {
  return `${number}\u00a0${number === 1 ? one : many}`;
}

const steps = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [Number.POSITIVE_INFINITY, 86_400, 'd'],
];

/** A length of time in its largest unit: `42 s`, `3 min`, `2 h`. */
export function duration(seconds) {
  const [, unit, name] = steps.find(([below]) => seconds < below);
  return `${Math.floor(seconds / unit)}\u00a0${name}`;
}

function relative(iso) {
  const seconds = (Date.now() - Date.parse(iso)) / 1000;
  if (Math.abs(seconds) < 5) return 'now';
  return seconds < 0 ? `in ${duration(-seconds)}` : `${duration(seconds)} ago`;
}

const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A time that says how long ago it was, keeps saying so, and tells the date on hover. */
export function ago(iso) {
  return el('time', { datetime: iso, title: full.format(new Date(iso)), 'data-ago': true }, relative(iso));
}

/** The time of day, to the second. */
export function timeOfDay(iso) {
  return el('time', { datetime: iso, title: full.format(new Date(iso)) }, clockTime.format(new Date(iso)));
}

/** The date and the time. */
export function dateTime(iso) {
  return el('time', { datetime: iso }, full.format(new Date(iso)));
}

/** What passed between two moments: `+120 ms`, `+3.4 s`. */
export function gap(from, to) {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  if (ms < 1000) return `+${ms}\u00a0ms`;
  return ms < 60_000 ? `+${(ms / 1000).toFixed(1)}\u00a0s` : `+${duration(ms / 1000)}`;
}

/** Brings every relative time on the page up to date. */
export function refreshTimes() {
  for (const time of document.querySelectorAll('time[data-ago]')) time.textContent = relative(time.dateTime);
}

const tones = {
  received: 'moving',
  accepted: 'moving',
  submitted: 'moving',
  queued: 'moving',
  sending: 'moving',
  relayed: 'good',
  sent: 'good',
  delivered: 'good',
  ok: 'good',
  open: 'good',
  withdrawn: 'bad',
  expired: 'warn',
  parked: 'warn',
  retry: 'warn',
  uncertain: 'warn',
  complained: 'warn',
  stuck: 'bad',
  failed: 'bad',
  bounced: 'bad',
  alarm: 'bad',
  quarantined: 'odd',
  suppressed: 'odd',
};

/** A state as a coloured pill; the word says what the colour says. */
export function pill(state, code) {
  return el(
    'span.pill',
    { 'data-tone': tones[state] ?? 'quiet' },
    el('span.pill-dot', { 'aria-hidden': 'true' }),
    state,
    code && el('code', {}, code.replace(/^ERR_/, '')),
  );
}
