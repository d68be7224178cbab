/** `textInput`: one line or several, with suggestions from the card or from the server. */

import { el } from "../dom.js";
import { strings } from "../form.js";
import { addSuggestions } from "./combobox.js";
import { InvalidCard } from "./errors.js";
import { field } from "./field.js";

const INPUT_MODES = { INTEGER: "numeric", FLOAT: "decimal", EMAIL: "email" };

export function renderTextInput(input, host) {
  const { name, label, hintText, value = "", validation = {} } = input;
  if (!label && !hintText) throw new InvalidCard(`The text input "${name}" needs a label or a hint.`);
  const suggests = Boolean(input.initialSuggestions || input.autoCompleteAction);
  const multiline = input.type === "MULTIPLE_LINE" && !suggests;
  const node = el(multiline ? "textarea" : "input", {
    name, rows: multiline ? "4" : null, type: multiline ? null : "text", autocomplete: "off",
    maxlength: validation.characterLimit, inputmode: INPUT_MODES[validation.inputType],
  });
  node.value = textOf(host.form.declare(name, "textInput", strings([value])));
  const store = () => host.form.set(name, strings([node.value]));
  node.addEventListener("input", store);
  node.addEventListener("change", () => {
    node.setAttribute("aria-invalid", String(!fits(node.value, validation.inputType)));
    if (input.onChangeAction) host.submit(input.onChangeAction);
  });
  const framed = field(name, label, node, hintText);
  if (suggests) addSuggestions(framed, node, input, host, store);
  return framed;
}

function textOf(wrapper) {
  return wrapper?.stringInputs.value[0] ?? "";
}

function fits(text, inputType) {
  if (!text) return true;
  if (inputType === "INTEGER") return /^[+-]?\d+$/.test(text);
  if (inputType === "FLOAT") return /^[+-]?\d+([.,]\d+)?$/.test(text);
  if (inputType === "EMAIL") return /^[^@\s]+@[^@\s]+$/.test(text);
  return true;
}
