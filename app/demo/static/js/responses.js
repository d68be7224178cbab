/** The envelopes of add-on responses, checked as strictly as Google documents them. */

import { AddonError } from "./events.js";
import { isSafeLink } from "./text.js";

const PROMPTS = ["requesting_google_scopes", "basic_authorization_prompt", "custom_authorization_prompt"];

/**
 * Read the answer to a trigger: `{prompt}` or `{actions, stateChanged: false}`.
 * Triggers answer bare (`{"action": ...}`); a wrapped answer is refused.
 */
export function readTrigger(body) {
  const prompt = readPrompt(body);
  if (prompt) return { prompt };
  if (!body.action?.navigations?.length) throw new AddonError("A trigger answers with action.navigations.");
  return { actions: { action: body.action }, stateChanged: false };
}

/** Read the answer to a click: `{prompt}` or `{actions, stateChanged}`; renderActions is required. */
export function readClick(body) {
  const prompt = readPrompt(body);
  if (prompt) return { prompt };
  if (!body.renderActions) throw new AddonError("A click answers with renderActions.");
  return { actions: body.renderActions, stateChanged: body.stateChanged === true };
}

/** Texts of an autocomplete answer. */
export function readSuggestions(body) {
  const items = body.autoComplete?.items;
  if (!Array.isArray(items)) throw new AddonError("Autocomplete answers with autoComplete.items.");
  return items.map((item) => item.text);
}

function readPrompt(body) {
  const kind = PROMPTS.find((name) => body[name]);
  return kind ? { kind, ...body[kind] } : null;
}

/** Open a link as a card asks; `onReload` runs when a window opened with onClose RELOAD is closed again. */
export function openLink(link, baseUrl, onReload) {
  const own = link.url.startsWith(`${baseUrl}/`);
  if (!isSafeLink(link.url) || (link.url.startsWith("http:") && !own)) {
    throw new AddonError("Cards open only https, mailto and tel links.");
  }
  const reloads = link.onClose === "RELOAD";
  const features = [link.openAs === "OVERLAY" ? "popup,width=560,height=680" : "", reloads ? "" : "noopener,noreferrer"];
  const opened = window.open(link.url, "_blank", features.filter(Boolean).join(","));
  if (!reloads || !opened) return;
  const timer = window.setInterval(() => {
    if (!opened.closed) return;
    window.clearInterval(timer);
    onReload();
  }, 400);
}
