// Dead letters. They are in the CRM database: they are asked for where what one node counts of them has changed, once a minute because other nodes write some, too, and
// not while the database is away.

import { get, post } from './api.js';
import * as alerts from './alerts.js';
import { at, el, reconcile, tone } from './dom.js';
import * as format from './format.js';

/** How long to wait from one look to the next, in milliseconds. */
export const lettersPause = 60_000;

const most = 100;
let counted = null;
let available = false;
let list = null;

/** Hears what the stats say of them. Returns whether they are to be asked for now. */
export function hearLetters(stats) {
  const isNews = stats.deadLetters !== counted || stats.database.available !== available;
  counted = stats.deadLetters;
  available = stats.database.available;
  tellCount();
  return isNews && available;
}

/** Asks for them. Resolves to what shows them. */
export async function loadLetters() {
  if (!available) return () => {};
  try {
    const { deadLetters } = await get(`/v1/dead-letters?limit=${most}`);
    return () => {
      list = deadLetters;
      at('letters').hidden = list.length === 0;
      reconcile(at('letter-rows'), list, letter => letter.id, row, () => {});
      tellCount();
    };
  } catch (e) {
    list = null;
    tellCount();
    throw e;
  }
}

/** That the node has counted none says nothing of the other nodes, and nothing while it could not count. */
function tellCount() {
  if (list !== null && available && list.length < most) tone(at('health-letters'), format.count(list.length), list.length ? 'bad' : 'good');
  else if (list?.length || counted > 0) tone(at('health-letters'), `${format.count(Math.max(list?.length ?? 0, counted))} or more`, 'bad');
  else tone(at('health-letters'), 'not known', 'idle');
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
      alerts.failed(`the batch of ${call}`, 'written', e);
    }

    button.disabled = false;
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
