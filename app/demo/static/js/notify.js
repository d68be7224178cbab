/** Short messages at the bottom of the window, read out by screen readers through one live region. */

import { el, iconButton } from "./dom.js";

const SHOWN_MS = 6_000;
let timer = 0;

/** Show plain text; an action `{label, run}` adds one button. */
export function notify(text, action = null) {
  const region = document.getElementById("live");
  window.clearTimeout(timer);
  const hide = () => region.replaceChildren();
  const button = action && el("button", { type: "button", class: "toast-action", onclick: () => { hide(); action.run(); } },
    action.label);
  region.replaceChildren(el("div", { class: "toast" }, el("span", {}, text), button,
    iconButton("close", "Dismiss", hide)));
  timer = window.setTimeout(hide, SHOWN_MS);
}
