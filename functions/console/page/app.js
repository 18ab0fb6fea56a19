import { alarmsView } from './alarms.js';
import { el } from './dom.js';
import { refreshTimes } from './format.js';
import { ask, stayFresh } from './live.js';
import { mailboxView } from './mailbox.js';
import { mailsView } from './mails.js';
import { queuesView } from './queues.js';

const main = document.getElementById('main');
const views = { mails: mailsView, mailbox: mailboxView, queues: queuesView, alarms: alarmsView };
const titles = { mails: 'Mails', mailbox: 'Mailbox', queues: 'Queues', alarms: 'Alarms' };

/** Where the page is: `#/mails/<id>`. */
function place() {
  const [name = '', id = ''] = location.hash.replace(/^#\//, '').split('/');
  return { name: name in views ? name : 'mails', id: safeDecode(id) };
}

function safeDecode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

let about;
let current;

function enter() {
  const { name, id } = place();
  if (current?.name !== name) {
    current = { name, view: views[name](main) };
    document.title = `${titles[name]} · Lightermail`;
    for (const tab of document.querySelectorAll('[data-tab]')) {
      if (tab.dataset.tab === name) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
  }
  document.body.classList.toggle('has-detail', id !== '');
  void fresh.run();
}

/** Brings the open view and the two counters up to date; answers whether the server was reached. */
async function refresh() {
  try {
    about ??= await firstAbout();
    document.querySelector('[data-tab="mailbox"]').hidden = !about.hasMailbox;
    const { view } = current;
    const { id } = place();
    await Promise.all([view.refresh(id, about), counters()]);
    main.querySelector(':scope > .fault')?.remove();
    return true;
  } catch (error) {
    main.querySelector(':scope > .fault')?.remove();
    main.prepend(el('p.fault', { role: 'alert' }, error.message));
    return error.status !== undefined;
  }
}

/** What this console has is known from here on: whether a stream tells of changes, which tabs there are. */
async function firstAbout() {
  const known = await ask('/api/about');
  document.querySelector('[data-tab="alarms"]').hidden = !known.hasAlarms;
  if (known.hasChanges) fresh.connect();
  else fresh.slowDown();
  return known;
}

async function counters() {
  const [queues, alarms] = await Promise.all([ask('/api/queues'), about.hasAlarms ? ask('/api/alarms') : []]);
  setCount(
    'queues',
    queues.reduce((sum, { deadLetterCount }) => sum + deadLetterCount, 0),
    'dead letters',
  );
  setCount('alarms', alarms.filter(({ state }) => state === 'alarm').length, 'ringing');
}

function setCount(name, number, what) {
  const badge = document.querySelector(`[data-count="${name}"]`);
  badge.hidden = number === 0;
  badge.textContent = number > 99 ? '99+' : String(number);
  badge.setAttribute('aria-label', `${number} ${what}`);
}

function isTyping(event) {
  return event.altKey || event.ctrlKey || event.metaKey || /^(?:input|textarea|select)$/i.test(event.target.tagName);
}

/** Arrow keys, or j and k, move through a list; Escape goes back to it; 1 to 4 choose a section. */
function onKey(event) {
  if (isTyping(event)) return;
  const tab = document.querySelectorAll('[data-tab]:not([hidden])')[Number(event.key) - 1];
  if (tab) location.hash = tab.hash;
  else if (event.key === 'Escape' && place().id !== '') location.hash = `#/${place().name}`;
  else if (['ArrowDown', 'j'].includes(event.key)) step(event, 1);
  else if (['ArrowUp', 'k'].includes(event.key)) step(event, -1);
}

function step(event, by) {
  const rows = [...document.querySelectorAll('.rows a.row')];
  const isArrow = event.key.startsWith('Arrow');
  const focused = rows.indexOf(document.activeElement);
  // Arrow keys scroll the page unless the list has the focus.
  if (rows.length === 0 || (isArrow && focused < 0)) return;
  const from = focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const row = rows[Math.min(rows.length - 1, Math.max(0, from + by))];
  event.preventDefault();
  row.focus();
  row.click();
}

const fresh = stayFresh(refresh);
addEventListener('hashchange', enter);
addEventListener('keydown', onKey);
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
setInterval(refreshTimes, 1000);
enter();
