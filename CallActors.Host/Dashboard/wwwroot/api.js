// The service's own API, with the browser's cookie where there is one.

const patience = 10_000;

// What changes something is to be heard out: the service itself gives up after ten seconds, and says so.
const patienceWithChanges = 20_000;

/** The service did not answer, or not with anything that can be read. */
export class Away extends Error {}

/** The key of this session counts no more. */
export class SessionGone extends Error {}

/** The service said no, and why. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Asks for a path. Resolves to the JSON of any of the statuses that are expected. */
export const get = (path, ...expected) => ask(path, { method: 'GET' }, expected);

/** Posts to a path, JSON or nothing. */
export const post = (path, body) =>
  ask(path, body === undefined ? { method: 'POST' } : { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }, []);

async function ask(path, request, expected) {
  let answer, said;
  try {
    answer = await fetch(path, { ...request, cache: 'no-store', credentials: 'same-origin', signal: AbortSignal.timeout(request.method === 'GET' ? patience : patienceWithChanges) });
    said = await answer.json();
  } catch {
    throw new Away('The service does not answer.');
  }

  if (answer.ok || expected.includes(answer.status)) return said;
  if (answer.status === 401) throw new SessionGone('The session has ended, or its key is no longer one of those configured.');
  throw new Refused(answer.status, said.detail ?? said.title ?? `It answered ${answer.status}.`);
}
