// Dead letters. They are in the CRM database: they are asked for where their number says that there are others, and not with every beat.

import { get, post } from './api.js';
import * as alerts from './alerts.js';
import { at, el, reconcile } from './dom.js';
import * as format from './format.js';

let known = 0;

/** Asks for them where there may be others. Resolves to what shows them. */
export async function loadLetters(stats) {
  if (stats.deadLetters === known) return () => {};
  const { deadLetters } = stats.deadLetters ? await get('/v1/dead-letters') : { deadLetters: [] };
  return () => {
    known = stats.deadLetters;
    at('letters').hidden = deadLetters.length === 0;
    reconcile(at('letter-rows'), deadLetters, letter => letter.id, row, () => {});
  };
}

/** Lets the operator try one again. */
export function watchLetters(refresh) {
  at('letter-rows').addEventListener('click', async event => {
    const button = event.target.closest('button');
    if (!button) return;
    const { key, call } = button.closest('tr').dataset;
    button.disabled = true;
    try {
      await post(`/v1/dead-letters/${encodeURIComponent(key)}/retry`);
      alerts.hide('action');
      alerts.say(`The batch of ${call} is written.`);
    } catch (e) {
      alerts.fail(`The batch of ${call} was not written: ${e.message}`);
    }

    button.disabled = false;
    known = -1;
    refresh();
  });
}

const row = letter => el(
  'tr', { 'data-call': letter.callId },
  el('td', { class: 'number' }, letter.callId),
  el('td', {}, letter.reason),
  el('td', { class: 'number' }, letter.sqlState ?? '–'),
  el('td', { class: 'nowrap' }, format.time(letter.at)),
  el('td', {}, el('details', {}, el('summary', {}, 'show'), el('pre', { tabindex: 0 }, typeof letter.batch === 'string' ? letter.batch : JSON.stringify(letter.batch, null, 2)))),
  el('td', {}, el('button', { type: 'button', 'aria-label': `Retry the batch of ${letter.callId}` }, 'Retry')));
