import { announce, el, show } from './dom.js';
import { ago, count, duration } from './format.js';
import { ask } from './live.js';

/** The queues, what moves in them, and what they gave up. */
export function queuesView(main) {
  const place = el('div.page');
  main.replaceChildren(place);

  const refresh = async (id, about) => {
    const queues = await ask('/api/queues');
    const withDead = about.canRedrive ? queues.filter(({ deadLetterCount }) => deadLetterCount > 0) : [];
    const letters = await Promise.all(
      withDead.map(async ({ name }) => [
        name,
        await ask(`/api/queues/${encodeURIComponent(name)}/dead-letters?limit=20`),
      ]),
    );
    const lettersOf = new Map(letters);
    const again = about.canRedrive ? () => refresh(id, about) : undefined;
    show(place, [queues, letters], () => [
      el('h1', {}, 'Queues'),
      ...queues.map((queue) => queueCard(queue, lettersOf.get(queue.name) ?? [], again)),
    ]);
  };
  return { refresh };
}

/** @param again reads all anew after a redrive; absent where only a command redrives */
function queueCard(queue, letters, again) {
  const { name, visibleCount, inFlightCount, messageCount, oldestAgeSeconds, deadLetterCount } = queue;
  const number = (label, value, tone) =>
    el('div.number', { 'data-tone': tone }, el('dt', {}, label), el('dd', {}, value));
  const delayedCount = messageCount - visibleCount - inFlightCount;
  return el(
    'section.card',
    {},
    el('h2', {}, name),
    el(
      'dl.numbers',
      {},
      number('ready', visibleCount),
      number('in flight', inFlightCount),
      delayedCount > 0 && number('delayed', delayedCount),
      number('oldest', oldestAgeSeconds === undefined || messageCount === 0 ? '–' : duration(oldestAgeSeconds)),
      number('dead letters', deadLetterCount, deadLetterCount > 0 ? 'bad' : undefined),
    ),
    deadLetterCount > 0 && (again ? deadLetters(queue, letters, again) : byCommand()),
  );
}

const byCommand = () =>
  el('p.soft', {}, 'Look into them, and send them again, with ', el('code', {}, 'npx lightermail redrive'), '.');

function deadLetters({ name, deadLetterCount }, letters, again) {
  const button = el(
    'button.button',
    { type: 'button', 'data-key': `redrive-${name}` },
    `Try ${deadLetterCount === 1 ? 'it' : `all ${deadLetterCount}`} again`,
  );
  const outcome = el('span.soft', { role: 'status' });
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const { movedCount } = await ask(`/api/queues/${encodeURIComponent(name)}/redrive`, { method: 'POST' });
      announce(`${count(movedCount, 'message')} moved back to ${name}`);
      await again();
    } catch (error) {
      outcome.textContent = error.message;
      button.disabled = false;
    }
  });
  const hidden = deadLetterCount - letters.length;
  return el(
    'div.dead',
    {},
    el('p.actions', {}, button, outcome),
    el('ul.lines', {}, ...letters.map(letterLine)),
    hidden > 0 && el('p.soft.small', {}, `and ${hidden} more`),
  );
}

function letterLine({ id, body, code, receiveCount, deadAt }) {
  return el(
    'li',
    {},
    el(
      'details',
      { 'data-key': id },
      el(
        'summary',
        { 'data-key': `s-${id}` },
        el('span.line-name', {}, code ? el('code', {}, code) : 'receives spent'),
        el('span.soft', {}, count(receiveCount, 'receive')),
        ago(deadAt),
      ),
      el('pre.body', { tabindex: '0' }, pretty(body)),
    ),
  );
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
