import { announce, el } from './dom.js';
import { ago, count, dateTime, pill } from './format.js';
import { ask } from './live.js';

/** What each recipient did with the files of a mail, and what can be done with their links. Filled when it is there. */
export function linksCard(mailId) {
  const place = el('ul.lines', {}, el('li.soft', {}, 'Looking …'));
  const outcome = el('span.soft', { role: 'status' });
  const refresh = () => fill(place, outcome, mailId);
  void refresh();
  const all = { mailId };
  return el(
    'section.card',
    {},
    el('h3', {}, 'Links'),
    place,
    el(
      'p.actions',
      {},
      act('Withdraw all', 'revoke', all, { outcome, refresh, mustConfirm: true }),
      act('Renew all', 'renew', all, { outcome, refresh }),
      outcome,
    ),
  );
}

async function fill(place, outcome, mailId) {
  try {
    const audit = await ask(`/api/links/audit/${encodeURIComponent(mailId)}`);
    const refresh = () => fill(place, outcome, mailId);
    const files = audit.flatMap((one) => one.files.map((file) => line(one, file, { outcome, refresh })));
    place.replaceChildren(...(files.length > 0 ? files : [el('li.soft', {}, 'No file is behind a link.')]));
  } catch (error) {
    outcome.textContent = error.message;
  }
}

function line({ recipient, remindedAt }, file, context) {
  const { linkId, fileName, state, linkExpiresAt } = file;
  const isOpen = state === 'active' && Date.parse(linkExpiresAt) > Date.now();
  const standing = isOpen ? 'open' : state === 'active' ? 'expired' : 'withdrawn';
  return el(
    'li.file',
    {},
    el(
      'div.file-top',
      {},
      el('bdi.line-name', {}, recipient ?? 'a recipient no longer recorded'),
      pill(standing),
      isOpen
        ? act('Withdraw', 'revoke', { linkId }, { ...context, label: `Withdraw ${fileName} from ${recipient}` })
        : act('Renew', 'renew', { linkId }, { ...context, label: `Renew ${fileName} for ${recipient}` }),
    ),
    el(
      'p.soft.small',
      {},
      el('bdi', {}, fileName),
      ' · ',
      ...fetched(file),
      ' · until ',
      dateTime(linkExpiresAt),
      ...(remindedAt ? [' · reminded ', ago(remindedAt)] : []),
    ),
  );
}

function fetched({ fetches, pageSeenAt, machineVisitCount }) {
  const machines = machineVisitCount > 0 ? ` · ${count(machineVisitCount, 'visit')} by scanners` : '';
  const last = fetches.at(-1);
  if (last !== undefined) return [`fetched ${count(fetches.length, 'time')}, last `, ago(last.at), machines];
  return pageSeenAt === undefined
    ? ['not yet fetched', machines]
    : ['page seen ', ago(pageSeenAt), ', not yet fetched', machines];
}

/** A button that changes links. One that closes many asks once more, in its own place. */
function act(text, verb, selection, { outcome, refresh, label, mustConfirm = false }) {
  const button = el('button.quiet', { type: 'button', 'aria-label': label }, text);
  let isSure = !mustConfirm;
  button.addEventListener('click', async () => {
    if (!isSure) {
      isSure = true;
      button.textContent = 'Press again to withdraw all';
      return;
    }
    button.disabled = true;
    try {
      const body = JSON.stringify({ selection });
      const headers = { 'content-type': 'application/json' };
      const { changedCount, takesEffect, notes } = await ask(`/api/links/${verb}`, { method: 'POST', body, headers });
      const told = [`${count(changedCount, 'link')}: ${takesEffect}`, ...notes].join('; ');
      outcome.textContent = told;
      announce(told);
      await refresh();
    } catch (error) {
      outcome.textContent = error.message;
    }
    button.disabled = false;
    button.textContent = text;
    isSure = !mustConfirm;
  });
  return button;
}
