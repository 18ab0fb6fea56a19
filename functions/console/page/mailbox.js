import { el, icon, show } from './dom.js';
import { ago, dateTime, size } from './format.js';
import { ask } from './live.js';

/** What landed on this machine instead of leaving it, and one mail as its recipient sees it. */
export function mailboxView(main) {
  const rows = el('div.rows');
  const detail = el('section.detail', { 'aria-label': 'Mail' });
  const head = el('div.list-head', {}, el('h1', {}, 'Mailbox'), el('span.soft.small', {}, 'what recipients get'));
  main.replaceChildren(el('div.split', {}, el('section.list', { 'aria-label': 'Landed mails' }, head, rows), detail));

  const refresh = async (id) => {
    const list = await ask('/api/mailbox?limit=100');
    const item = list.find((one) => one.id === id || `email:${one.emailId}` === id);
    show(rows, [list, item?.id], () => (list.length === 0 ? [nothing()] : list.map((one) => row(one, item?.id))));
    if (item === undefined) {
      show(detail, [id, 'none'], () => [hint(id)]);
      delete detail.dataset.shown;
      return;
    }
    const view = detail.dataset.shown === item.id ? undefined : await ask(`/api/mailbox/${item.id}/view`);
    if (view === undefined) return;
    show(detail, [item.id, 'mail'], () => landed(item, view));
    detail.dataset.shown = item.id;
  };
  return { refresh };
}

const nothing = () => el('p.nothing', {}, 'Nothing has landed yet.');

const hint = (id) =>
  el(
    'div.hint',
    {},
    icon('M3 13h5l1.5 3h5L16 13h5', 'M5.5 5h13L21 13v6H3v-6z'),
    el('p', {}, id === '' ? 'Choose a mail to see it as its recipient does.' : 'This mail has not landed here.'),
  );

function row({ id, rcptTo, subject, bytes, at }, chosen) {
  return el(
    'a.row',
    { href: `#/mailbox/${id}`, 'data-key': id, 'aria-current': id === chosen ? 'true' : undefined },
    el('span.row-top', {}, el('bdi.row-from', {}, rcptTo), ago(at)),
    el('bdi.row-subject', {}, subject || '(no subject)'),
    el('span.row-facts', {}, el('span', {}, size(bytes))),
  );
}

function landed(item, view) {
  const raw = `/api/mailbox/${item.id}/raw`;
  return [
    el('a.back', { href: '#/mailbox' }, '← Mailbox'),
    el(
      'header.detail-head',
      {},
      el('h2', {}, el('bdi', {}, item.subject || '(no subject)')),
      el(
        'dl.facts.envelope',
        {},
        ...[el('dt', {}, 'From'), el('dd', {}, el('bdi', {}, item.mailFrom))],
        ...[el('dt', {}, 'To'), el('dd', {}, el('bdi.strong', {}, item.rcptTo))],
        ...[el('dt', {}, 'Landed'), el('dd', {}, dateTime(item.at))],
      ),
    ),
    body(item, view),
    el(
      'p.actions',
      {},
      el('a.button', { href: raw, download: `${item.id}.eml` }, `Download the raw mail (${size(item.bytes)})`),
    ),
    headerFields(view.fields),
  ];
}

/** Two looks at one mail. The HTML runs in a frame of its own: no script, no form, no network, no way to this page. */
function body(item, view) {
  const text = el('pre.mail-text', { tabindex: '0' }, ...withLinks(view.text ?? 'This mail has no text part.'));
  if (!view.hasHtml) return el('div.preview', {}, text);
  const frame = el('iframe.mail-frame', {
    title: 'The mail as its recipient sees it',
    sandbox: 'allow-popups allow-popups-to-escape-sandbox',
    referrerpolicy: 'no-referrer',
    src: `/api/mailbox/${item.id}/html`,
  });
  text.hidden = true;
  const choose = (isHtml) => {
    frame.hidden = !isHtml;
    text.hidden = isHtml;
    html.setAttribute('aria-pressed', String(isHtml));
    plain.setAttribute('aria-pressed', String(!isHtml));
  };
  const html = el('button', { type: 'button', 'aria-pressed': 'true', onclick: () => choose(true) }, 'HTML');
  const plain = el('button', { type: 'button', 'aria-pressed': 'false', onclick: () => choose(false) }, 'Text');
  const looks = el('div.looks', { role: 'group', 'aria-label': 'Show the mail as' }, html, plain);
  return el('div.preview', {}, looks, frame, text);
}

/** A text with its web addresses as links to a new tab. */
function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((piece) => {
    if (!/^https?:\/\//.test(piece)) return piece;
    return el('a', { href: piece, target: '_blank', rel: 'noopener noreferrer' }, piece);
  });
}

function headerFields(fields) {
  const lines = fields.flatMap(({ name, value }) => [el('dt', {}, name), el('dd', {}, el('code', {}, value))]);
  return el('details.card.fields', {}, el('summary', {}, 'Header fields'), el('dl.facts', {}, ...lines));
}
