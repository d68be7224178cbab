/** `selectionInput`: check boxes, radio buttons, switches, a dropdown, or several values picked from a list. */

import { el, uniqueId } from "../dom.js";
import { strings } from "../form.js";
import { InvalidCard } from "./errors.js";
import { field, fieldGroup } from "./field.js";
import { picture } from "./picture.js";
import { renderMultiSelect } from "./multiselect.js";

const MAX_ITEMS = 100;

export function renderSelectionInput(input, host) {
  const items = input.items ?? [];
  if (items.length > MAX_ITEMS) throw new InvalidCard(`"${input.name}" has more than ${MAX_ITEMS} items.`);
  const chosen = items.filter((item) => item.selected).map((item) => item.value);
  const present = host.form.declare(input.name, `selectionInput:${input.type}`, strings(initialValues(input, items, chosen)));
  const selected = new Set(present?.stringInputs.value ?? []);
  const store = (values) => {
    host.form.set(input.name, strings(values));
    if (input.onChangeAction) host.submit(input.onChangeAction);
  };
  if (input.type === "DROPDOWN") return dropdown(input, items, selected, store);
  if (input.type === "MULTI_SELECT") return renderMultiSelect(input, items, selected, store);
  return choices(input, items, selected, store);
}

/** A dropdown without a selected item stands on its first one, as a select element does. */
function initialValues(input, items, chosen) {
  return input.type === "DROPDOWN" && !chosen.length && items.length ? [items[0].value] : chosen;
}

function dropdown(input, items, selected, store) {
  const select = el("select", { name: input.name }, items.map((item) => {
    const option = el("option", { value: item.value }, item.text);
    option.selected = selected.has(item.value);
    return option;
  }));
  select.addEventListener("change", () => store([select.value]));
  return field(input.name, input.label || "Choose", select, input.hintText);
}

function choices(input, items, selected, store) {
  const radio = input.type === "RADIO_BUTTON";
  const asSwitch = input.type === "SWITCH";
  const group = uniqueId(input.name);
  const rows = items.map((item) => {
    const control = el("input", {
      type: radio ? "radio" : "checkbox", name: group, value: item.value,
      role: asSwitch ? "switch" : null, class: asSwitch ? "switch" : radio ? "radio" : "checkbox",
    });
    control.checked = selected.has(item.value);
    return el("label", { class: `choice ${asSwitch ? "choice-switch" : ""}` }, control,
      item.startIconUri ? picture(item.startIconUri, "", "square icon", item.text) : null,
      el("span", { class: "choice-text" }, item.text,
        item.bottomText ? el("span", { class: "choice-detail" }, item.bottomText) : null));
  });
  const frame = fieldGroup(input.name, input.label || "Options", rows);
  frame.addEventListener("change", () => store([...frame.querySelectorAll("input:checked")].map((control) => control.value)));
  return frame;
}
