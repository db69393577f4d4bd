// The list of calls: a page of it, for a state and a business.

import { get } from './api.js';
import { at, el, reconcile, tell, tone } from './dom.js';
import * as format from './format.js';

const pageSize = 50;
const tones = { live: 'good', greeting: 'idle', loading: 'idle', flushing: 'warn' };

// Where each page begins that was gone through: the call id after which it starts.
let pages = [null];
let next = null;

/** Asks for the page that is shown. Resolves to what shows it, once all that was asked for has come. */
export async function loadCalls() {
  const after = pages.at(-1);
  const query = new URLSearchParams({ limit: pageSize });
  if (at('filter-state').value) query.set('state', at('filter-state').value);
  if (at('filter-business').value && at('filter-business').checkValidity()) query.set('businessId', at('filter-business').value);
  if (after !== null) query.set('after', after);
  const list = await get(`/v1/calls?${query}`);
  return opened => {
    if (pages.at(-1) === after) show(list, opened);
  };
}

/** Lets the operator filter and turn pages; what is chosen is asked for at once. */
export function watchCalls(refresh, open) {
  const anew = () => {
    pages = [null];
    refresh();
  };
  at('filter').addEventListener('submit', event => {
    event.preventDefault();
    anew();
  });
  at('filter-state').addEventListener('change', anew);
  at('next').addEventListener('click', () => {
    if (next === null) return;
    pages.push(next);
    refresh();
  });
  at('previous').addEventListener('click', () => {
    if (pages.length > 1) pages.pop();
    refresh();
  });
  at('call-rows').addEventListener('click', event => {
    const id = event.target.closest('button')?.closest('tr')?.dataset.key;
    if (id !== undefined) open(id);
  });
}

/** Marks the call whose detail is shown. */
export function mark(opened) {
  for (const row of at('call-rows').children) row.dataset.open = row.dataset.key === opened;
}

function show(list, opened) {
  // The last call of a later page may go while it is looked at.
  if (list.calls.length === 0 && pages.length > 1) pages.pop();
  next = list.next;
  reconcile(at('call-rows'), list.calls, call => call.callId, row, update);
  mark(opened);
  const none = at('no-calls');
  none.hidden = list.calls.length > 0;
  tell(none, at('filter-state').value || at('filter-business').value ? 'No call is like that now.' : 'No calls now.');
  at('previous').disabled = pages.length === 1;
  at('next').disabled = next === null;
  tell(at('page'), pages.length > 1 || next !== null ? `page ${pages.length}` : '');
}

const row = call => el(
  'tr', {},
  el('td', {}, el('button', { type: 'button', class: 'link' }, call.callId)),
  el('td', {}, el('span')),
  el('td', {}, call.direction),
  el('td', { class: 'number' }, call.from || 'withheld'),
  el('td', { class: 'number' }, call.to),
  el('td', { class: 'n' }),
  el('td', { class: 'nowrap' }, format.time(call.startedAt)),
  el('td', { class: 'n nowrap' }));

function update(child, call) {
  const cells = child.children;
  tone(cells[1].firstElementChild, call.state, tones[call.state] ?? 'idle');
  tell(cells[5], call.businessId ?? '–');
  tell(cells[7], format.since(call.startedAt));
}
