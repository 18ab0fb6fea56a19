import { announce, el } from './dom.js';
import { ask } from './live.js';

/** Ends that an operator can mend, and then has a mail processed again from. */
const mendable = new Set(['parked', 'stuck', 'quarantined']);

const words = {
  replayed: 'It is processed again.',
  relayed: 'It is relayed already.',
  'raw-gone': 'What arrived is no longer kept.',
};

/** Has a mail processed again; its history then says who wanted it. */
export function replayButton({ mailId, state }) {
  if (!mendable.has(state)) return undefined;
  const button = el('button.button', { type: 'button', 'data-key': `replay-${mailId}` }, 'Process again');
  const outcome = el('span.soft', { role: 'status' });
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const answer = await ask(`/api/inbound/${encodeURIComponent(mailId)}/replay`, { method: 'POST' });
      outcome.textContent = words[answer.outcome];
      announce(words[answer.outcome]);
    } catch (error) {
      outcome.textContent = error.message;
      button.disabled = false;
    }
  });
  return el('p.actions', {}, button, outcome);
}
