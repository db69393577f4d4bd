// The dashboard: look after look at the service's own API.

import { Away, Refused, SessionGone, get } from './api.js';
import * as alerts from './alerts.js';
import { Beat } from './beat.js';
import { closeCall, loadCall, openCall, openedCall, watchEnd } from './call.js';
import { loadCalls, mark, watchCalls } from './calls.js';
import { clusterPause, loadCluster } from './cluster.js';
import { at, tell, tone } from './dom.js';
import { watchDrain } from './drain.js';
import { forgetRates, showReadiness, showStats } from './figures.js';
import * as format from './format.js';
import { hearLetters, lettersPause, loadLetters, watchLetters } from './letters.js';

let lost = null;
let isEnded = false;

// Each part looks for itself, and is shown as its answer comes: one that is late or refused keeps no other waiting.
const looks = {
  figures: new Beat(lookAtFigures),
  readiness: part(loadReadiness, e => e && tone(at('readiness'), e instanceof Away ? 'no answer' : 'not known', 'bad')),
  calls: part(loadCalls, faultAt('calls')),
  call: part(loadCall, faultAt('call')),
  cluster: part(loadCluster, faultOf('cluster'), clusterPause),
  letters: part(loadLetters, faultOf('letters'), lettersPause),
};

/** Looks at these parts at once. */
const again = (...names) => () => names.forEach(name => looks[name].now());
const refresh = again(...Object.keys(looks));

/** Whether the service is there is told by its figures, which it has at hand. */
async function lookAtFigures(failures) {
  try {
    const stats = await get('/v1/stats');
    if (isEnded) return false;
    back();
    showStats(stats);
    if (hearLetters(stats)) looks.letters.now();
    tell(at('updated'), `as of ${format.clockNow()}`);
    return true;
  } catch (e) {
    if (isEnded) return false;
    if (e instanceof Away) away(e, failures + 1);
    else if (e instanceof Refused) old(e);
    else stopOrTell(e);
    return false;
  }
}

async function loadReadiness() {
  const readiness = await get('/health/ready', 503);
  return () => showReadiness(readiness);
}

/** A part of the page with its beat. Its fault is told, and null once it is over. */
function part(load, tellFault, pause) {
  return new Beat(async () => {
    try {
      const show = await load();
      if (isEnded) return false;
      tellFault(null);
      show(openedCall());
      return true;
    } catch (e) {
      if (isEnded) return false;
      if (e instanceof Away || e instanceof Refused) tellFault(e);
      else stopOrTell(e);
      return false;
    }
  }, pause);
}

function faultAt(id) {
  return e => {
    at(`${id}-fault`).hidden = e === null;
    if (e) tell(at(`${id}-fault`), e instanceof Away ? 'No answer comes: what is shown here is old.' : `${e.message} What is shown here is old.`);
  };
}

/** As above, for a panel that is hidden while there is nothing to tell. */
function faultOf(id) {
  const tellFault = faultAt(id);
  return e => {
    tellFault(e);
    if (e && lost === null) at(id).hidden = false;
  };
}

function stopOrTell(e) {
  if (e instanceof SessionGone) endSession(e);
  else broken(e);
}

/** The service answers, but not what it was asked for. */
function old(e) {
  forgetRates();
  alerts.show('figures', `The figures do not come: ${e.message}`);
}

/** The alert is read out once; when the next try is stands where it is read out to nobody. */
function away(e, failures) {
  lost ??= format.clockNow();
  forgetRates();
  document.documentElement.classList.add('stale');
  tone(at('readiness'), 'no answer', 'bad');
  tell(at('updated'), `tried at ${format.clockNow()}, again in ${Math.round(Beat.pauseAfter(failures) / 1000)} s`);
  alerts.show('away', `${e.message} These figures are old, of ${lost} and before.`, { tone: 'bad', action: 'Try now', act: refresh });
}

/** A fault of this page itself is no reason to stand still, and none to hide it. */
function broken(e) {
  console.error(e);
  alerts.fail(`This page has a fault: ${e.message}`);
}

function back() {
  alerts.hide('figures');
  if (lost === null) return;
  lost = null;
  document.documentElement.classList.remove('stale');
  alerts.hide('away');
  alerts.say('The service answers again.');
  refresh();
}

/** What is under way then comes too late: whether the node is ready, say, is told without a key. */
function endSession(e) {
  isEnded = true;
  for (const look of Object.values(looks)) look.stop();
  alerts.hide('away');
  document.documentElement.classList.add('stale');
  tone(at('readiness'), 'signed out', 'bad');
  alerts.show('session', e.message, { tone: 'bad', action: 'Sign in', act: () => location.assign('/') });
}

const calls = {
  open(id) {
    history.replaceState(null, '', `#call=${encodeURIComponent(id)}`);
    openCall(id);
    mark(id);
    looks.call.now();
  },
  close() {
    const id = openedCall();
    history.replaceState(null, '', location.pathname);
    closeCall();
    mark(null);
    [...at('call-rows').children].find(row => row.dataset.key === id)?.querySelector('button').focus();
  },
};

watchCalls(again('calls'), calls.open);
watchEnd(again('call', 'calls', 'figures'));
watchLetters(again('letters', 'figures'));
watchDrain(again('readiness'));
at('close').addEventListener('click', calls.close);
document.addEventListener('visibilitychange', forgetRates);

// A page that is loaded again shows the call that it showed.
try {
  if (location.hash.startsWith('#call=')) openCall(decodeURIComponent(location.hash.slice('#call='.length)));
} catch {
  history.replaceState(null, '', location.pathname);
}

refresh();
