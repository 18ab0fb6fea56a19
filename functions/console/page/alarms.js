import { el, show } from './dom.js';
import { ago, pill } from './format.js';
import { ask } from './live.js';

/** What rings, and what an operator was told. */
export function alarmsView(main) {
  const place = el('div.page');
  main.replaceChildren(place);

  const refresh = async () => {
    const [alarms, notices] = await Promise.all([ask('/api/alarms'), ask('/api/notices')]);
    show(place, [alarms, notices], () => [
      el('h1', {}, 'Alarms'),
      el('section.card', {}, el('ul.lines', {}, ...alarms.map(alarmLine))),
      el('h1', {}, 'Notices'),
      el('section.card', {}, ...noticeLines(notices)),
    ]);
  };
  return { refresh };
}

function alarmLine({ name, description, state, value, threshold, since }) {
  return el(
    'li.alarm',
    { 'data-state': state },
    el('div.file-top', {}, el('span.line-name', {}, name), pill(state), since && ago(since)),
    el('p.soft', {}, description),
    el('p.soft.small', {}, value === undefined ? '' : `now ${value}, `, `rings above ${threshold}`),
  );
}

function noticeLines(notices) {
  if (notices.length === 0) return [el('p.nothing', {}, 'No mail was parked.')];
  return [el('ul.lines', {}, ...notices.map(noticeLine))];
}

function noticeLine({ id, at, subject, message }) {
  return el(
    'li',
    {},
    el(
      'details',
      { 'data-key': id },
      el('summary', { 'data-key': `s-${id}` }, el('bdi.line-name', {}, subject ?? 'Notice'), ago(at)),
      el('pre.body', { tabindex: '0' }, message),
    ),
  );
}
