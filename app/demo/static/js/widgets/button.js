/** Buttons: text, icon or both; a colour makes them filled. */

import { el } from "../dom.js";
import { bindClick } from "./click.js";
import { InvalidCard } from "./errors.js";
import { renderIcon } from "./icon.js";

export function renderButtonList({ buttons }, host) {
  return el("div", { class: "button-list" }, buttons.map((button) => renderButton(button, host)));
}

/** One button; `extraClass` gives it the look of its place (a footer). */
export function renderButton(button, host, extraClass = "") {
  if (!button.text && !button.icon) throw new InvalidCard("A button needs a text or an icon.");
  const name = button.altText ?? (button.text ? null : button.icon.altText);
  const node = el("button", {
    type: "button",
    class: `card-button ${button.color ? "filled" : ""} ${button.text ? "" : "icon-only"} ${extraClass}`,
    disabled: button.disabled,
    "aria-label": name,
    title: button.text ? null : name,
  }, button.icon ? renderIcon(decorative(button)) : null, button.text ? el("span", {}, button.text) : null);
  if (button.color) fill(node, button.color);
  return button.disabled ? node : bindClick(node, button.onClick, host);
}

function decorative({ icon }) {
  return { ...icon, altText: "" };
}

function fill(node, { red = 0, green = 0, blue = 0 }) {
  const channels = [red, green, blue];
  if (channels.some((channel) => channel < 0 || channel > 1)) throw new InvalidCard("Colours run from 0 to 1.");
  node.style.setProperty("--fill", `rgb(${channels.map((channel) => Math.round(channel * 255)).join(" ")})`);
  node.style.setProperty("--on-fill", isLight(channels) ? "#10151c" : "#ffffff");
}

/** Whether white text would miss the contrast of 4.5 to 1, by relative luminance (WCAG 2). */
function isLight(channels) {
  const linear = channels.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.1833;
}
