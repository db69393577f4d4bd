// Takes the node out of service, after a question.

import { post } from './api.js';
import * as alerts from './alerts.js';
import { at } from './dom.js';

export function watchDrain(refresh) {
  const dialog = at('drain-dialog');
  at('drain').addEventListener('click', () => {
    dialog.returnValue = '';
    dialog.showModal();
  });
  dialog.addEventListener('close', async () => {
    if (dialog.returnValue !== 'yes') return;
    const deadline = at('drain-deadline').value;
    try {
      await post(`/v1/drain${deadline ? `?deadline=${deadline}` : ''}`);
      alerts.hide('action');
      alerts.say('The node drains.');
    } catch (e) {
      alerts.failed('the node', 'drained', e);
    }

    refresh();
  });
}
