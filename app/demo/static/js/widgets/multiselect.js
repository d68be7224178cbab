/** `selectionInput` of type MULTI_SELECT: chosen values as removable tags, the rest in a filtered list. */

import { el, icon } from "../dom.js";
import { attachList } from "./combobox.js";
import { field } from "./field.js";

export function renderMultiSelect(input, items, selected, store) {
  const limit = input.multiSelectMaxSelectedItems || items.length;
  const needed = input.multiSelectMinQueryLength ?? 0;
  const tags = el("span", { class: "tags" });
  const query = el("input", { type: "text", autocomplete: "off", placeholder: "Add…" });
  const frame = field(input.name, input.label || "Choose", query, input.hintText);
  query.before(tags);
  const list = attachList(frame, query, (text) => {
    const item = items.find((candidate) => candidate.text === text);
    if (selected.size < limit) selected.add(item.value);
    query.value = "";
    changed();
  });
  const offer = () => list.show(query.value.length < needed ? [] : items
    .filter((item) => !selected.has(item.value) && item.text.toLowerCase().includes(query.value.toLowerCase()))
    .map((item) => item.text));
  query.addEventListener("focus", offer);
  query.addEventListener("input", offer);
  drawTags();
  return frame;

  function changed() {
    drawTags();
    store([...selected]);
  }
  function drawTags() {
    tags.replaceChildren(...items.filter((item) => selected.has(item.value)).map((item) => el("button", {
      type: "button", class: "tag", "aria-label": `Remove ${item.text}`,
      onclick: () => { selected.delete(item.value); changed(); query.focus(); },
    }, item.text, icon("close"))));
  }
}
