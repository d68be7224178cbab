/** Calls to the demo's own routes, which stand for Gmail itself. */

/** A request that was answered with an error; `message` is fit to show. */
export class RequestError extends Error {}

export async function getJson(path) {
  return readJson(await send(path, {}));
}

export async function postJson(path, body) {
  return readJson(await send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }));
}

async function send(path, options) {
  try {
    return await fetch(path, { signal: AbortSignal.timeout(30_000), ...options });
  } catch (error) {
    throw new RequestError(`The demo server did not answer (${error.name}).`);
  }
}

async function readJson(response) {
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new RequestError(body?.detail ?? `The demo server answered ${response.status}.`);
  return body;
}
