/** The event JSON that Gmail posts to an add-on, and the call itself with its tokens. */

import { postJson } from "./api.js";
import { currentLocale } from "./language.js";

/** The add-on did not answer as the contract asks; Gmail shows its own error card then. */
export class AddonError extends Error {}

const GMAIL_TIMEOUT_MS = 30_000;

/**
 * POST one event to an add-on URL and return the response JSON.
 * `context` tells what it is about: its `message` is `{id, threadId}` in hex or null, its `draft` that of a compose window.
 * `click` is `{parameters, formInputs}`, or null for a trigger.
 */
export async function callAddon(url, baseUrl, context, click) {
  const tokens = await postJson("/demo/tokens", { url, messageId: context.message?.id });
  const event = buildEvent(tokens, context, click);
  let response;
  try {
    response = await fetch(localUrl(url, baseUrl), {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: tokens.authorization },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(GMAIL_TIMEOUT_MS),
    });
  } catch (error) {
    throw new AddonError(`No answer from the add-on (${error.name}).`);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new AddonError(`The add-on answered with HTTP status ${response.status}.`);
  if (body === null || typeof body !== "object") throw new AddonError("The add-on did not answer with JSON.");
  return body;
}

/** The event object: homepage events leave out `gmail`, triggers leave out parameters and form inputs. */
export function buildEvent(tokens, { message, draft }, click) {
  const event = {
    commonEventObject: {
      hostApp: "GMAIL",
      platform: "WEB",
      userLocale: currentLocale(),
      timeZone: timeZone(new Date()),
      ...(click ? { parameters: click.parameters, formInputs: click.formInputs } : {}),
    },
    authorizationEventObject: tokens.event,
  };
  if (message) {
    event.gmail = {
      messageId: permanentId("msg-f", message.id),
      threadId: permanentId("thread-f", message.threadId),
      accessToken: tokens.gmailAccessToken,
    };
  }
  if (draft) {
    event.gmail = { ...draft.recipients(), ...(draft.threadId ? { threadId: permanentId("thread-f", draft.threadId) } : {}) };
  }
  return event;
}

/** Gmail sends ids as `msg-f:<decimal>` where its API has the same number in hex. */
export function permanentId(prefix, hexId) {
  return `${prefix}:${BigInt(`0x${hexId}`)}`;
}

function timeZone(now) {
  return { id: Intl.DateTimeFormat().resolvedOptions().timeZone, offset: -now.getTimezoneOffset() * 60_000 };
}

/** Add-on URLs live under the configured base URL; the browser reaches them on this page's own origin. */
function localUrl(url, baseUrl) {
  if (!url.startsWith(`${baseUrl}/`)) throw new AddonError(`The card calls ${url}, which is not under ${baseUrl}/.`);
  return new URL(url.slice(baseUrl.length), window.location.origin);
}
