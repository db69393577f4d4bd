// The list of calls: a page of it, for a state and a business.

import { get } from './api.js';
import { at, el, reconcile, tell, tone } from './dom.js';
import * as format from './format.js';

const pageSize = 50;
const tones = { live: 'good', greeting: 'idle', loading: 'idle', flushing: 'warn' };

// Where each page begins that was gone through: the call id after which it starts.
let pages = [null];
let next = null;
let filter = {};

/** Asks for the page that is shown. Resolves to what shows it, once all that was asked for has come. */
export async function loadCalls() {
  const query = queryNow();
  const list = await get(`/v1/calls?${query}`);
  return opened => {
    if (queryNow() === query) show(list, opened);
  };
}

function queryNow() {
  const query = new URLSearchParams({ limit: pageSize, ...filter });
  if (pages.at(-1) !== null) query.set('after', pages.at(-1));
  return query.toString();
}

/** What is typed counts once it is sent: half an id is another business's. */
function readFilter() {
  const [state, business] = [at('filter-state').value, at('filter-business')];
  filter = { ...(state && { state }), ...(business.value && business.checkValidity() && { businessId: business.value }) };
}

/** Lets the operator filter and turn pages; what is chosen is asked for at once. */
export function watchCalls(refresh, open) {
  const turn = () => {
    // The page after this one is known once this one is.
    next = null;
    refresh();
  };
  const anew = () => {
    readFilter();
    pages = [null];
    turn();
  };
  at('filter').addEventListener('submit', event => {
    event.preventDefault();
    anew();
  });
  at('filter-state').addEventListener('change', anew);
  at('next').addEventListener('click', () => {
    if (next === null) return;
    pages.push(next);
    turn();
  });
  at('previous').addEventListener('click', () => {
    if (pages.length > 1) pages.pop();
    turn();
  });
  at('call-rows').addEventListener('click', event => {
    const id = event.target.closest('button')?.closest('tr')?.dataset.key;
    if (id !== undefined) open(id);
  });

  // A browser that loads the page again fills in what was there.
  readFilter();
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
  tell(none, Object.keys(filter).length ? 'No call is like that now.' : 'No calls now.');
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
