/** What the sidebar shows around and instead of cards: its bar, waiting, errors and requests for consent. */

import { el, icon, iconButton } from "./dom.js";
import { menuButton } from "./menu.js";

/** The bar of the add-on: back, name, and the menu that every add-on has. */
export function sidebarBar(name, onBack, menu) {
  return el("div", { class: "sidebar-bar" },
    onBack ? iconButton("back", onBack.label, onBack.run) : el("span", { class: "mark" }, icon("sidenote")),
    el("h2", { class: "sidebar-name" }, name),
    menuButton(iconButton("more", `${name} menu`), menu, `${name} menu`));
}

/** Grey shapes in place of a card that is on its way. */
export function waiting() {
  const line = (width) => {
    const node = el("span", { class: "bone" });
    node.style.setProperty("width", width);
    return node;
  };
  return el("div", { class: "waiting", role: "status" }, el("span", { class: "visually-hidden" }, "Loading"),
    el("div", { class: "waiting-head" }, el("span", { class: "bone round" }), el("div", {}, line("9rem"), line("6rem"))),
    ["100%", "80%", "92%", "60%", "100%", "72%"].map(line));
}

/** Gmail's own card for an add-on that failed; the reason is for the person who builds the add-on. */
export function failure(error, onRetry, onBack) {
  return el("div", { class: "prompt", role: "alert" },
    icon("alert"),
    el("h3", {}, "Something went wrong"),
    el("p", {}, "The add-on could not be loaded. Please try again."),
    el("div", { class: "prompt-buttons" },
      el("button", { type: "button", class: "primary-button", onclick: onRetry }, "Retry"),
      onBack ? el("button", { type: "button", class: "quiet-button", onclick: onBack }, "Back") : null),
    el("details", {}, el("summary", {}, "Details"), el("p", {}, error.message)));
}

/** The consent page for scopes that the person has not granted yet. */
export function scopeRequest(name, scopes, onAllow) {
  return el("div", { class: "prompt" },
    icon("key"),
    el("h3", {}, `${name} needs your permission`),
    el("ul", { class: "scopes" }, scopes.map((scope) => el("li", {}, scope.replace(/^.*\/auth\//, "")))),
    el("button", { type: "button", class: "primary-button", onclick: onAllow }, "Allow access"));
}

/** The prompt of an add-on whose own service wants a sign-in. */
export function signInRequest(prompt, onOpen) {
  return el("div", { class: "prompt" },
    icon("key"),
    el("h3", {}, `Sign in to ${prompt.resource ?? "the service"}`),
    el("button", { type: "button", class: "primary-button", onclick: onOpen }, "Sign in"));
}
