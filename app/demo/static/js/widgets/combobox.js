/** Suggestions under a text input, with the keyboard behaviour of the ARIA combobox pattern. */

import { el, uniqueId } from "../dom.js";

const TYPING_PAUSE_MS = 200;

/** Suggestions from the card, then from the server for what has been typed. */
export function addSuggestions(frame, input, spec, host, onPick) {
  const own = (spec.initialSuggestions?.items ?? []).map((item) => item.text);
  let timer = 0;
  const list = attachList(frame, input, (text) => {
    input.value = text;
    onPick();
    if (spec.onChangeAction) host.submit(spec.onChangeAction);
  });
  const matching = () => own.filter((text) => text.toLowerCase().includes(input.value.toLowerCase()));
  input.addEventListener("focus", () => list.show(matching()));
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    list.show(matching());
    if (!spec.autoCompleteAction || !input.value) return;
    timer = window.setTimeout(async () => {
      const asked = input.value;
      const items = await host.suggest(spec.autoCompleteAction);
      if (asked === input.value && document.activeElement === input) list.show(items);
    }, TYPING_PAUSE_MS);
  });
}

/** A listbox tied to an input; `show(texts)` opens it, an empty list closes it. */
export function attachList(frame, input, onPick) {
  const listId = uniqueId("suggestions");
  const list = el("ul", { id: listId, class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
  let active = -1;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId })) {
    input.setAttribute(name, value);
  }
  frame.append(list);
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => show([]));
  return { show };

  function show(texts) {
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...texts.map((text) => el("li", { role: "option", id: uniqueId("option"), "aria-selected": "false",
      onpointerdown: (event) => { event.preventDefault(); pick(text); } }, text)));
    list.hidden = texts.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }
  function pick(text) {
    show([]);
    onPick(text);
  }
  function onKey(event) {
    const options = [...list.children];
    if (event.key === "Escape" && !list.hidden) show([]);
    else if (event.key === "Enter" && active >= 0) pick(options[active].textContent);
    else if (event.key === "ArrowDown" && options.length) mark(options, (active + 1) % options.length);
    else if (event.key === "ArrowUp" && options.length) mark(options, (active - 1 + options.length) % options.length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  function mark(options, index) {
    active = index;
    options.forEach((option, position) => option.setAttribute("aria-selected", String(position === index)));
    options[index].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[index].id);
  }
}
