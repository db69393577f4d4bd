// The nodes, where there is a cluster.

import { get } from './api.js';
import { at, el, reconcile, tell, tone } from './dom.js';

/** How long to wait from one look to the next, in milliseconds: nodes seldom come and go. */
export const clusterPause = 5_000;

export async function loadCluster() {
  const picture = await get('/v1/cluster');
  return () => {
    at('cluster').hidden = !picture.clustered;
    if (picture.clustered) reconcile(at('member-rows'), picture.members, member => member.node, row, (child, member) => update(child, member, picture.node));
  };
}

const row = () => el('tr', {}, el('td', { class: 'number' }), el('td', {}, el('span')), el('td'), el('td', { class: 'n' }), el('td', { class: 'number' }));

function update(child, member, own) {
  const [node, status, roles, count, which] = child.children;
  tell(node, member.node === own ? `${member.node} (answers here)` : member.node);
  const said = [member.reachable ? member.status : `${member.status}, unreachable`, member.draining && 'draining', member.leader && 'leader'].filter(Boolean).join(', ');
  tone(status.firstElementChild, said, !member.reachable ? 'bad' : member.status !== 'up' || member.draining ? 'warn' : 'good');
  tell(roles, member.roles.join(', '));
  tell(count, member.partitions ? member.partitions.length : '–');
  tell(which, member.partitions ? ranges(member.partitions) : 'it does not answer');
}

/** 0–3, 7: many numbers in little room. */
function ranges(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const runs = [];
  for (const number of sorted) {
    if (runs.at(-1)?.[1] === number - 1) runs.at(-1)[1] = number;
    else runs.push([number, number]);
  }

  return runs.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(', ');
}
