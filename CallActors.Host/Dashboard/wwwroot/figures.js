// The figures of /v1/stats and /health/ready.

import { at, tell, tone } from './dom.js';
import * as format from './format.js';

const outcomes = ['applied', 'duplicate', 'refused'];
const samples = 60;
const rates = [];
let last = null;

export function showStats(stats) {
  tell(at('node'), stats.node);
  for (const state of ['loading', 'greeting', 'live', 'flushing']) tell(at(`count-${state}`), format.count(stats[state]));
  tell(at('oldest-flush'), stats.flushing ? format.duration(stats.oldestFlushSeconds) : 'none');
  showEvents(stats.events);
  showPhases(stats.database);
  tone(at('health-database'), stats.database.available ? 'available' : 'away', stats.database.available ? 'good' : 'warn');
  showJournal(stats.journal);
  tell(at('health-refusals'), `${format.count(stats.refusals)} database messages`);
  tell(at('health-callbacks'), `${format.count(stats.callbacks.forged)} forged, ${format.count(stats.callbacks.ignored)} ignored`);
  document.title = `${format.count(stats.live)} live · CallActors`;
}

export function showReadiness(readiness) {
  const tones = { ready: 'good', degraded: 'warn', draining: 'warn', starting: 'idle' };
  tone(at('readiness'), readiness.status, tones[readiness.status] ?? 'bad');
  const reasons = at('reasons');
  if (reasons.childElementCount !== readiness.reasons.length) reasons.replaceChildren(...readiness.reasons.map(() => document.createElement('li')));
  readiness.reasons.forEach((reason, index) => tell(reasons.children[index], reason));
  const drain = at('drain');
  drain.disabled = readiness.status === 'draining' || readiness.status === 'outcast';
  tell(drain, readiness.status === 'draining' ? 'Draining' : 'Drain…');
}

/** The service was away or this page was hidden: a rate over that time would say nothing. */
export function forgetRates() {
  last = null;
}

function showEvents(events) {
  const now = performance.now();
  const perSecond = Object.fromEntries(outcomes.map(outcome => [outcome, rateOf(events, outcome, now)]));
  last = { now, ...events };
  for (const outcome of outcomes) fill(`outcome-${outcome}`, format.count(events[outcome]), format.rate(perSecond[outcome]));
  const total = perSecond.applied === null ? null : outcomes.reduce((sum, outcome) => sum + perSecond[outcome], 0);
  tell(at('rate'), format.rate(total));
  if (total !== null) draw(total);
}

/** Null where there is nothing to compare with, or a node was started anew and counts from zero. */
function rateOf(events, outcome, now) {
  if (!last || outcomes.some(one => events[one] < last[one])) return null;
  return ((events[outcome] - last[outcome]) * 1000) / Math.max(1, now - last.now);
}

function draw(total) {
  rates.push(total);
  if (rates.length > samples) rates.shift();
  const most = Math.max(1, ...rates);
  const points = rates.map((rate, index) => `${120 - (rates.length - 1 - index) * (120 / (samples - 1))},${(23 - (rate / most) * 22).toFixed(1)}`);
  at('spark').firstElementChild.setAttribute('points', points.join(' '));
}

function showPhases({ statements, milliseconds }) {
  for (const phase of ['load', 'live', 'flush']) {
    const each = statements[phase] ? format.milliseconds(milliseconds[phase] / statements[phase]) : '–';
    fill(`phase-${phase}`, format.count(statements[phase]), format.milliseconds(milliseconds[phase]), each);
  }

  const kept = statements.live === 0;
  at('phase-live').dataset.kept = kept;
  at('promise').dataset.kept = kept;
  tell(at('promise'), kept ? 'Promised while a call is live: 0 statements. Kept.' : `Promised while a call is live: 0 statements. Broken ${format.count(statements.live)} times.`);
}

function showJournal({ available, durability }) {
  if (durability === 'memory') tone(at('health-journal'), 'none: calls are in memory only', 'warn');
  else tone(at('health-journal'), available ? 'available' : 'away: calls are refused', available ? 'good' : 'bad');
}

function fill(row, ...texts) {
  const cells = at(row).querySelectorAll('td');
  texts.forEach((text, index) => tell(cells[index], text));
}
