/** `chipList`: small buttons, wrapped or in one line that scrolls. */

import { el } from "../dom.js";
import { bindClick } from "./click.js";
import { InvalidCard } from "./errors.js";
import { renderIcon } from "./icon.js";

export function renderChipList({ chips, layout }, host) {
  const scrolls = layout === "HORIZONTAL_SCROLLABLE";
  return el("div", { class: `chips ${scrolls ? "scrolling" : ""}`, role: "group", "aria-label": "Choices",
    tabindex: scrolls ? "0" : null }, chips.map((chip) => renderChip(chip, host)));
}

function renderChip(chip, host) {
  if (!chip.label && !chip.icon) throw new InvalidCard("A chip needs a label or an icon.");
  const content = [chip.icon ? renderIcon({ ...chip.icon, altText: "" }) : null, chip.label ? el("span", {}, chip.label) : null];
  if (!chip.onClick) return el("span", { class: "chip" }, content);
  const disabled = chip.disabled || chip.enabled === false;
  const node = el("button", { type: "button", class: "chip", disabled, "aria-label": chip.altText }, content);
  return disabled ? node : bindClick(node, chip.onClick, host);
}
