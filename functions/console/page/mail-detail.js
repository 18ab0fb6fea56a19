import { copyButton, el, icon } from './dom.js';
import { ago, count, dateTime, gap, pill, size, timeOfDay } from './format.js';
import { ask } from './live.js';
import { linksCard } from './mail-links.js';
import { replayButton } from './mail-replay.js';

/** What stands beside the list while no mail is chosen. */
export function mailHint() {
  const paths = ['M4 7.5 12 13l8-5.5', 'M4 6h16v12H4z'];
  return el('div.hint', {}, icon(...paths), el('p', {}, 'Choose a mail to see its way.'));
}

/** One mail in full: its state, its way, its files, its recipients. */
export function mailDetail({ entry, parts, emails, links, history }, about) {
  return [
    el('a.back', { href: '#/mails' }, '← All mails'),
    heading(entry),
    entry.reason && el('p.reason', { 'data-state': entry.state }, entry.reason),
    about.canReplay && replayButton(entry),
    recipientsCard(emails, about),
    filesCard(parts, links),
    about.hasLinkDesk && links.length > 0 && linksCard(entry.mailId),
    wayCard(history),
    factsCard(entry),
  ].filter(Boolean);
}

function heading({ subject, from, state, code, sizeBytes, receivedAt, routeId }) {
  return el(
    'header.detail-head',
    {},
    el('div.detail-state', {}, pill(state, code), ago(receivedAt)),
    el('h2', {}, el('bdi', {}, subject || '(no subject)')),
    el(
      'p.soft',
      {},
      'from ',
      el('bdi.strong', {}, from ?? 'a sender not known yet'),
      ` · ${size(sizeBytes)} · route `,
      routeId,
    ),
  );
}

function card(title, note, ...children) {
  return el('section.card', {}, el('h3', {}, title, note && el('span.soft', {}, note)), ...children);
}

function recipientsCard(emails, about) {
  if (emails.length === 0) return card('Recipients', '', el('p.nothing', {}, 'No recipient is known.'));
  return card('Recipients', emails.length, el('ul.lines', {}, ...emails.map((email) => recipient(email, about))));
}

function recipient(email, about) {
  const { emailId, rcptTo, state, code, attempts, possibleDuplicate, changedAt } = email;
  const more = el('div.more');
  const details = el(
    'details',
    { 'data-key': emailId, ontoggle: () => details.open && void fillEmail(more, emailId) },
    el(
      'summary',
      { 'data-key': `s-${emailId}` },
      el('bdi.line-name', {}, rcptTo),
      attempts > 1 && el('span.soft', {}, count(attempts, 'attempt')),
      possibleDuplicate && el('span.soft', {}, 'possibly twice'),
      pill(state, code),
      ago(changedAt),
    ),
    about.hasMailbox &&
      email.sentAt &&
      el('p', {}, el('a', { href: `#/mailbox/email:${emailId}` }, 'See the mail that landed')),
    more,
  );
  return el('li', {}, details);
}

async function fillEmail(place, emailId) {
  const { history, events } = await ask(`/api/emails/${encodeURIComponent(emailId)}`).catch(() => ({}));
  if (history === undefined) return;
  const told = events.map(({ type, at }) => ({ step: `event ${type ?? ''}`, at })).filter(({ at }) => at);
  place.replaceChildren(way([...history, ...told].sort((a, b) => (a.at < b.at ? -1 : 1))));
}

const fates = { offloaded: 'now a link', inline: 'stays inline', kept: 'stays in the mail' };

function filesCard(parts, links) {
  if (parts.length === 0) return undefined;
  return card('Attachments', parts.length, el('ul.lines', {}, ...parts.map((part) => file(part, links))));
}

function file({ path, fileName, contentType, sizeBytes, sha256, fate, reason }, links) {
  const own = links.filter((link) => link.path === path);
  const until = own
    .map(({ linkExpiresAt }) => linkExpiresAt)
    .sort()
    .at(-1);
  return el(
    'li.file',
    {},
    el(
      'div.file-top',
      {},
      el('bdi.line-name', {}, fileName || '(no name)'),
      el('span.file-size', {}, size(sizeBytes)),
      el('span.tag', { title: reason, 'data-fate': fate }, fates[fate] ?? fate),
    ),
    el(
      'p.soft.small',
      {},
      `${contentType} · `,
      el('code', { title: `SHA-256 ${sha256}` }, sha256.slice(0, 12)),
      own.length > 0 && ` · ${count(own.length, 'link')}, open until `,
      until && dateTime(until),
    ),
  );
}

const wayCard = (history) => card('The way of the mail', '', way(history));

function way(history) {
  if (history.length === 0) return el('p.nothing', {}, 'Nothing is recorded yet.');
  return el(
    'ol.way',
    {},
    ...history.map(({ at, step, detail }, index) =>
      el(
        'li',
        { 'data-step': step },
        el('span.way-step', {}, step, detail && el('span.soft', {}, detail)),
        el('span.way-time', {}, timeOfDay(at), index > 0 && el('span.gap', {}, gap(history[index - 1].at, at))),
      ),
    ),
  );
}

function factsCard({ mailId, rawKey, rawBucket, receivedAt, changedAt, warnings }) {
  const fact = (name, ...value) => [el('dt', {}, name), el('dd', {}, ...value)];
  return card(
    'Record',
    '',
    el(
      'dl.facts',
      {},
      ...fact('Mail id', el('code', {}, mailId), copyButton(mailId)),
      ...fact('Raw mail', el('code', {}, `${rawBucket}/${rawKey}`)),
      ...fact('Received', dateTime(receivedAt)),
      ...fact('Changed', dateTime(changedAt)),
      ...(warnings.length > 0 ? fact('Mended', warnings.join(', ')) : []),
    ),
  );
}
