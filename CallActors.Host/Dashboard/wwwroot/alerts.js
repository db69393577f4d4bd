// What the operator has to know. One alert of a kind at a time; each is read out when it comes.

import { Away } from './api.js';
import { at, el, tell } from './dom.js';

/** Shows an alert, or changes it. */
export function show(kind, text, { tone = 'warn', action, act } = {}) {
  let alert = find(kind);
  if (!alert) {
    alert = el('div', { class: 'alert', 'data-kind': kind, 'data-tone': tone }, el('span'));
    if (action) alert.append(el('button', { type: 'button', class: 'quiet', onclick: act }, action));
    at('alerts').append(alert);
  }

  tell(alert.firstElementChild, text);
}

export function hide(kind) {
  find(kind)?.remove();
}

/** What an action of the operator came to: said to a screen reader, and shown where it failed. */
export function say(text) {
  tell(at('notice'), text);
}

export function fail(text) {
  show('action', text, { tone: 'bad', action: 'Dismiss', act: () => hide('action') });
}

/** What an action came to that failed. Where no answer came it may have been done all the same. */
export function failed(subject, done, e) {
  fail(e instanceof Away ? `Whether ${subject} was ${done} is not known: ${e.message}` : `${subject[0].toUpperCase()}${subject.slice(1)} was not ${done}: ${e.message}`);
}

const find = kind => at('alerts').querySelector(`[data-kind="${kind}"]`);
