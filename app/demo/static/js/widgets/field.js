/** The frame around an input: label, hint, and the line that says what is wrong with it. */

import { el, uniqueId } from "../dom.js";
import { InvalidCard } from "./errors.js";

/** Wrap an input; its name is the key under which the value is sent. */
export function field(name, label, input, hint = "") {
  requireName(name, label);
  input.id ||= uniqueId("input");
  const hintId = hint ? uniqueId("hint") : null;
  if (hintId) input.setAttribute("aria-describedby", hintId);
  return el("div", { class: "field", data: { field: name } },
    el("label", { for: input.id, class: "field-label" }, label || hint),
    input,
    hint && label ? el("span", { class: "field-hint", id: hintId }, hint) : null,
    el("span", { class: "field-error", hidden: true }));
}

/** Several inputs under one label. */
export function fieldGroup(name, label, inputs) {
  requireName(name, label);
  return el("fieldset", { class: "field", data: { field: name } },
    el("legend", { class: "field-label" }, label),
    inputs,
    el("span", { class: "field-error", hidden: true }));
}

/** Mark the named fields of a card as missing and move to the first of them. */
export function showMissing(card, names) {
  for (const frame of card.querySelectorAll("[data-field]")) {
    const missing = names.includes(frame.dataset.field);
    const line = frame.querySelector(".field-error");
    line.hidden = !missing;
    line.textContent = missing ? "Please fill in this field." : "";
    frame.querySelectorAll("input, select, textarea").forEach((input) => input.setAttribute("aria-invalid", String(missing)));
  }
  const first = [...card.querySelectorAll("[data-field]")].find((frame) => names.includes(frame.dataset.field));
  first?.querySelector("input, select, textarea")?.focus();
}

function requireName(name, label) {
  if (!name) throw new InvalidCard(`The input "${label}" needs a name.`);
}
