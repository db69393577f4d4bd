// The dashboard: one look after the other at the service's own API.

import { Away, Refused, SessionGone, get } from './api.js';
import * as alerts from './alerts.js';
import { Beat } from './beat.js';
import { closeCall, loadCall, openCall, openedCall, watchEnd } from './call.js';
import { loadCalls, mark, watchCalls } from './calls.js';
import { loadCluster } from './cluster.js';
import { at, tell, tone } from './dom.js';
import { watchDrain } from './drain.js';
import { forgetRates, showReadiness, showStats } from './figures.js';
import * as format from './format.js';
import { loadLetters, watchLetters } from './letters.js';

let lost = null;
const beat = new Beat(look);
const refresh = () => beat.now();

async function look(failures) {
  try {
    const [stats, readiness, ...shows] = await Promise.all([get('/v1/stats'), get('/health/ready', 503), loadCalls(), loadCall(), loadCluster()]);
    const showLetters = await lettersOf(stats);
    back();
    showStats(stats);
    showReadiness(readiness);
    for (const show of [...shows, showLetters]) show(openedCall());
    tell(at('updated'), `as of ${format.clockNow()}`);
    return true;
  } catch (e) {
    if (e instanceof SessionGone) endSession(e);
    else if (e instanceof Away || e instanceof Refused) away(e, failures + 1);
    else broken(e);
    return false;
  }
}

/** The database, in which they are, may be away while everything else is to be seen. */
async function lettersOf(stats) {
  try {
    return await loadLetters(stats);
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return () => {};
  }
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
  if (lost === null) return;
  lost = null;
  document.documentElement.classList.remove('stale');
  alerts.hide('away');
  alerts.say('The service answers again.');
}

function endSession(e) {
  beat.stop();
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
    refresh();
  },
  close() {
    const id = openedCall();
    history.replaceState(null, '', location.pathname);
    closeCall();
    mark(null);
    [...at('call-rows').children].find(row => row.dataset.key === id)?.querySelector('button').focus();
  },
};

watchCalls(refresh, calls.open);
watchEnd(refresh);
watchLetters(refresh);
watchDrain(refresh);
at('close').addEventListener('click', calls.close);
document.addEventListener('visibilitychange', forgetRates);

// A page that is loaded again shows the call that it showed.
try {
  if (location.hash.startsWith('#call=')) openCall(decodeURIComponent(location.hash.slice('#call='.length)));
} catch {
  history.replaceState(null, '', location.pathname);
}

refresh();
