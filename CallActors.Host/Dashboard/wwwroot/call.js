// One call in full.

import { Refused, get, post } from './api.js';
import * as alerts from './alerts.js';
import { at, el, tell } from './dom.js';
import * as format from './format.js';

const names = { customerName: 'name', lastRequestedSlot: 'slot asked for', requestedTitle: 'title asked for', recordingUrl: 'recording' };
let opened = null;
let shown = '';

export const openedCall = () => opened;
const pathOf = id => `/v1/calls/${encodeURIComponent(id)}`;

/** Shows a call beside the list; what of it is there already stays until its answer comes. */
export function openCall(id) {
  [opened, shown] = [id, ''];
  tell(at('call-title'), id);
  at('call-body').replaceChildren(el('p', { class: 'foot' }, 'Asking for it.'));
  at('end').disabled = true;
  at('call-fault').hidden = true;
  at('call').hidden = false;
  at('work').classList.add('with-detail');
  at('call-title').focus({ preventScroll: true });
  at('call').scrollIntoView({ block: 'nearest' });
}

export function closeCall() {
  opened = null;
  at('call').hidden = true;
  at('work').classList.remove('with-detail');
}

/** Asks for the call that is opened. Resolves to what shows it. */
export async function loadCall() {
  const id = opened;
  if (id === null) return () => {};
  try {
    const call = await get(pathOf(id));
    return () => id === opened && show(call);
  } catch (e) {
    if (!(e instanceof Refused) || e.status !== 404) throw e;
    return () => id === opened && showGone();
  }
}

/** Asks whether to end the opened call, and ends it. */
export function watchEnd(refresh) {
  const dialog = at('end-dialog');
  let ending = null;
  at('end').addEventListener('click', () => {
    ending = opened;
    tell(at('end-which'), ending);
    at('end-reason').value = '';
    dialog.returnValue = '';
    dialog.showModal();
    at('end-reason').focus();
  });

  // Enter in the field means the button that comes first, which keeps the call.
  at('end-reason').addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    dialog.close('yes');
  });
  dialog.addEventListener('close', async () => {
    if (dialog.returnValue !== 'yes' || ending === null) return;
    const id = ending;
    const reason = at('end-reason').value.trim();
    try {
      await post(`${pathOf(id)}/end`, reason ? { reason } : {});
      alerts.hide('action');
      alerts.say(`${id} is ended.`);
    } catch (e) {
      alerts.failed(`call ${id}`, 'ended', e);
    }

    refresh();
  });
}

function show(call) {
  at('end').disabled = call.state === 'flushing';
  const text = JSON.stringify(call, null, 2);
  if (text === shown) return;
  shown = text;
  const body = at('call-body');
  const wasOpen = body.querySelector('details')?.open ?? false;
  const raw = el('details', { open: wasOpen }, el('summary', {}, 'All of it, as JSON'), el('pre', { tabindex: 0 }, text));
  body.replaceChildren(
    facts(call),
    ...greeting(call.context),
    ...section('Found out, written when it ends', call.intents.length ? el('ul', { class: 'intents' }, ...call.intents.map(intent)) : el('p', { class: 'foot' }, 'Nothing yet.')),
    ...section('Timeline', el('ol', { class: 'timeline' }, ...call.timeline.map(entry))),
    ...section('What it cost the database', cost(call.database)),
    raw);
}

function showGone() {
  if (shown === 'gone') return;
  shown = 'gone';
  at('end').disabled = true;
  at('call-body').replaceChildren(el('p', { class: 'foot' }, 'This call is gone: what it had to say is in the CRM database, or a dead letter.'));
  alerts.say(`${opened} is gone.`);
}

function facts(call) {
  const { business, customer, job, source } = call.context ?? {};
  const pairs = [
    ['state', call.endReason ? `${call.state}, ended: ${call.endReason}` : call.state],
    ['status', `${call.status}, ${call.direction}`],
    ['from', call.from || 'withheld'],
    ['to', call.to],
    ['started', format.time(call.startedAt)],
    ['answered', call.answeredAt && format.time(call.answeredAt)],
    ['ended', call.endedAt && format.time(call.endedAt)],
    ['business', business && join(business.name, business.id && `№ ${business.id}`, business.timeZone)],
    ['customer', customer && join(customer.name, customer.nameSource && `(${customer.nameSource})`, customer.gender, customer.phone)],
    ['lead', customer?.leadId],
    ['job', job && join(job.leadName, `№ ${job.id}`)],
    ['gateway', call.source],
    ['context', source === 'minimal' ? 'minimal: the load failed or took too long' : source],
  ];
  return list(pairs.filter(([, value]) => isSaid(value)));
}

const list = pairs => el('dl', { class: 'pairs' }, ...pairs.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value instanceof Node ? value : String(value))]));
const isSaid = part => part !== null && part !== undefined && part !== '';

/** Parts that may be written from either side, each for itself. */
const join = (...parts) => {
  const said = parts.filter(isSaid).flatMap(part => [' · ', el('bdi', {}, String(part))]).slice(1);
  return said.length ? el('span', {}, ...said) : null;
};
const section = (title, content) => [el('h3', {}, title), content];
const greeting = context => (context?.greeting ? section('Greeting', el('p', { class: 'greeting', dir: 'auto' }, context.greeting)) : []);

function intent(held) {
  const said = [held.text, held.url, [held.firstName, held.lastName].filter(isSaid).join(' '), isSaid(held.confidence) ? `sure to ${Math.round(held.confidence * 100)} %` : null, held.gender, held.title, held.contactName, held.contactPhone, held.notes];
  const when = held.start ? [' ', format.time(held.start), ...(held.end ? [' – ', format.time(held.end)] : [])] : [];
  return el('li', {}, el('b', {}, names[held.field] ?? held.field), ...when, ' ', join(...said));
}

const entry = ({ at: when, what, note }) => el('li', {}, format.time(when), el('span', {}, what, ...(note ? [' ', el('span', { class: 'note', dir: 'auto' }, note)] : [])));

function cost(phases) {
  const rows = [['load', 'before the greeting'], ['live', 'while live'], ['flush', 'after the hang-up']].map(([phase, name]) => {
    const { statements, milliseconds } = phases[phase];
    return el('tr', phase === 'live' ? { class: 'promise', 'data-kept': String(statements === 0) } : {}, el('th', { scope: 'row' }, name), el('td', { class: 'n' }, format.count(statements)), el('td', { class: 'n' }, format.milliseconds(milliseconds)));
  });
  const head = el('tr', {}, el('th', { scope: 'col' }, 'phase'), el('th', { scope: 'col', class: 'n' }, 'statements'), el('th', { scope: 'col', class: 'n' }, 'ms'));
  return el('table', { class: 'figures' }, el('thead', {}, head), el('tbody', {}, ...rows));
}
