/** One renderer per widget of the card format; a card that Gmail would refuse is refused here too. */

import { el } from "../dom.js";
import { renderButtonList } from "./button.js";
import { renderChipList } from "./chips.js";
import { renderDateTimePicker } from "./datetime.js";
import { renderDecoratedText } from "./decorated.js";
import { InvalidCard } from "./errors.js";
import { renderGrid } from "./grid.js";
import { renderImage } from "./image.js";
import { renderTextParagraph } from "./paragraph.js";
import { renderSelectionInput } from "./selection.js";
import { renderTextInput } from "./textinput.js";

export { InvalidCard };

const RENDERERS = {
  textParagraph: renderTextParagraph,
  decoratedText: renderDecoratedText,
  image: renderImage,
  divider: () => el("hr", { class: "widget-divider" }),
  buttonList: renderButtonList,
  textInput: renderTextInput,
  selectionInput: renderSelectionInput,
  dateTimePicker: renderDateTimePicker,
  grid: renderGrid,
  chipList: renderChipList,
};
const MODIFIERS = new Set(["horizontalAlignment", "id", "visibility", "eventActions"]);

/** Draw one widget: an object with exactly one widget key. */
export function renderWidget(widget, host) {
  const kinds = Object.keys(widget).filter((key) => !MODIFIERS.has(key));
  if (kinds.length !== 1) throw new InvalidCard(`A widget holds exactly one kind, this one has: ${kinds.join(", ") || "none"}.`);
  const [kind] = kinds;
  const render = RENDERERS[kind];
  if (!render) throw new InvalidCard(`The sidebar has no widget "${kind}".`);
  return el("div", { class: `widget widget-${kind}`, hidden: widget.visibility === "HIDDEN" }, render(widget[kind], host));
}
