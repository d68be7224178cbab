/** `decoratedText`: the row of most cards, with labels, icons and one control at its end. */

import { el, uniqueId } from "../dom.js";
import { strings } from "../form.js";
import { cardText } from "../text.js";
import { renderButton } from "./button.js";
import { bindClick } from "./click.js";
import { InvalidCard } from "./errors.js";
import { renderIcon } from "./icon.js";

const CONTROLS = ["button", "switchControl", "endIcon"];

export function renderDecoratedText(row, host) {
  if (!row.text) throw new InvalidCard("decoratedText needs a text.");
  const controls = CONTROLS.filter((name) => row[name]);
  if (controls.length > 1) throw new InvalidCard(`decoratedText takes one of ${controls.join(" and ")}.`);
  const id = uniqueId("row");
  const start = row.startIcon ?? row.icon;
  return el("div", { class: `row ${row.onClick ? "clickable" : ""}` },
    row.onClick ? rowButton(row, id, host) : null,
    start ? el("span", { class: "row-start" }, renderIcon(start)) : null,
    el("span", { class: "row-text", id },
      row.topLabel ? el("span", { class: "row-label" }, row.topLabel) : null,
      el("span", { class: `row-main ${row.wrapText ? "" : "one-line"}` }, cardText(row.text)),
      row.bottomLabel ? el("span", { class: "row-label" }, row.bottomLabel) : null),
    endControl(row, id, host));
}

/** The whole row is one target that lies under the row's own links and control. */
function rowButton(row, id, host) {
  return bindClick(el("button", { type: "button", class: "row-button", "aria-labelledby": id }), row.onClick, host);
}

function endControl(row, id, host) {
  if (row.button) return el("span", { class: "row-end" }, renderButton(row.button, host));
  if (row.endIcon) return el("span", { class: "row-end" }, renderIcon(row.endIcon));
  if (row.switchControl) return el("span", { class: "row-end" }, renderSwitch(row.switchControl, id, host));
  return null;
}

function renderSwitch(control, labelId, host) {
  const value = control.value ?? "true";
  const present = host.form.declare(control.name, "switchControl", control.selected ? strings([value]) : null);
  const look = control.controlType ?? "SWITCH";
  const input = el("input", {
    type: "checkbox", role: look === "SWITCH" ? "switch" : null, class: look === "SWITCH" ? "switch" : "checkbox",
    name: control.name, "aria-labelledby": labelId,
  });
  input.checked = present !== null;
  input.addEventListener("change", () => {
    host.form.set(control.name, input.checked ? strings([value]) : null);
    if (control.onChangeAction) host.submit(control.onChangeAction);
  });
  return input;
}
