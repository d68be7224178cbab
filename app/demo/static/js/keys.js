/** Keyboard shortcuts, the ones Gmail users have in their fingers. */

import { el } from "./dom.js";

/** `shortcuts`: `{key: [explanation, run]}`; they rest while somebody types or a menu is open. */
export function startKeys(shortcuts) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
    const shortcut = shortcuts[event.key];
    if (!shortcut || document.querySelector("dialog[open], .menu")) return;
    event.preventDefault();
    shortcut[1]();
  });
}

/** A dialog that lists all shortcuts. */
export function showShortcuts(shortcuts) {
  const dialog = el("dialog", { class: "shortcuts", "aria-labelledby": "shortcuts-title" },
    el("h2", { id: "shortcuts-title" }, "Keyboard shortcuts"),
    el("dl", {}, Object.entries(shortcuts).map(([key, [explanation]]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, explanation)))),
    el("form", { method: "dialog" }, el("button", { class: "primary-button" }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}
