import { copyButton, el, icon, show } from './dom.js';
import { ago, count, pill, size } from './format.js';
import { ask, askPage } from './live.js';
import { mailDetail, mailHint } from './mail-detail.js';

const filters = ['', 'received', 'accepted', 'relayed', 'parked', 'stuck', 'quarantined', 'ignored'];

/** The mails that came in, and one of them in full. */
export function mailsView(main) {
  const rows = el('div.rows');
  const detail = el('section.detail', { 'aria-label': 'Mail' });
  const filter = el(
    'select',
    { 'aria-label': 'Show only mails in this state' },
    ...filters.map((state) => el('option', { value: state }, state || 'all states')),
  );
  const head = el('div.list-head', {}, el('h1', {}, 'Inbound mail'), filter);
  const split = el('div.split', {}, el('section.list', { 'aria-label': 'Mails' }, head, rows), detail);
  main.replaceChildren(split);
  const newest = listReader();
  let last = ['', {}];

  const refresh = async (id, about) => {
    last = [id, about];
    const state = filter.value;
    const [list, one] = await Promise.all([
      newest(`/api/inbound?limit=${mostRows}${state ? `&state=${state}` : ''}`),
      id === '' ? undefined : ask(`/api/inbound/${encodeURIComponent(id)}`).catch(ifMissing),
    ]);
    const isEmpty = list.length === 0 && state === '';
    split.classList.toggle('is-empty', isEmpty);
    show(rows, [list, id, state], () => (list.length === 0 ? [nothing(state)] : list.map((mail) => row(mail, id))));
    show(detail, [isEmpty, id, one, about.firstMailCommand], () => {
      if (one !== undefined) return mailDetail(one, about);
      return id === '' ? [isEmpty ? welcome(about) : mailHint()] : [missing()];
    });
  };
  filter.addEventListener('change', () => void refresh(...last).catch(() => undefined));
  return { refresh };
}

const mostRows = 100;
/** What is older than the first page changes seldom; unit: milliseconds. */
const olderFreshMs = 60_000;

/**
 * Reads a list whose pages can be shorter than was asked for: where a query costs something, a page looks at a few
 * days only. What lies behind the first page is kept for a minute.
 */
function listReader() {
  let older = { path: '', atMs: 0, items: [] };
  return async (path) => {
    const { items, next } = await askPage(path);
    if (next === undefined || items.length >= mostRows) return items;
    if (older.path !== next || Date.now() - older.atMs > olderFreshMs) {
      older = { path: next, atMs: Date.now(), items: await readOn(next, mostRows - items.length) };
    }
    return [...items, ...older.items].slice(0, mostRows);
  };
}

async function readOn(path, most) {
  const found = [];
  for (let next = path; next !== undefined && found.length < most; ) {
    const page = await askPage(next);
    found.push(...page.items);
    next = page.next;
  }
  return found.slice(0, most);
}

function ifMissing(error) {
  if (error.status === 404) return undefined;
  throw error;
}

function row(mail, chosen) {
  const { mailId, state, code, from, subject, sizeBytes, partCount, recipientCount, receivedAt } = mail;
  return el(
    'a.row',
    { href: `#/mails/${mailId}`, 'data-key': mailId, 'aria-current': mailId === chosen ? 'true' : undefined },
    el('span.row-top', {}, el('bdi.row-from', {}, from ?? 'sender not known yet'), ago(receivedAt)),
    el('bdi.row-subject', {}, subject || '(no subject)'),
    el(
      'span.row-facts',
      {},
      pill(state, code),
      el('span', {}, size(sizeBytes)),
      partCount > 0 && el('span', {}, count(partCount, 'file')),
      recipientCount > 0 && el('span', {}, count(recipientCount, 'recipient')),
    ),
  );
}

const nothing = (state) => el('p.nothing', {}, state ? `No mail is ${state}.` : 'No mail has arrived yet.');

const missing = () =>
  el('div.hint', {}, el('h2', {}, 'No such mail'), el('p', {}, 'Its record may have been kept long enough.'));

const sendByCommand =
  'Send one with this command. Its attachments become links, and each recipient’s mail lands in the mailbox.';
const sendToAddress = 'Send one to a monitored address: it stands here a few moments later, and what becomes of it.';

function welcome({ firstMailCommand }) {
  return el(
    'div.hint.welcome',
    {},
    icon('M4 7.5 12 13l8-5.5', 'M4 6h16v12H4z'),
    el('h2', {}, 'Ready for the first mail'),
    el('p', {}, firstMailCommand ? sendByCommand : sendToAddress),
    firstMailCommand &&
      el(
        'div.command',
        {},
        el('pre', { tabindex: '0' }, el('code', {}, firstMailCommand)),
        copyButton(firstMailCommand),
      ),
    el('p.soft', {}, 'This page updates by itself.'),
  );
}
