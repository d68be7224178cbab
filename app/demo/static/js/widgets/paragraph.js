/** `textParagraph`: formatted text, cut to maxLines with a "Show more" button. */

import { el } from "../dom.js";
import { cardText } from "../text.js";

export function renderTextParagraph({ text, maxLines }) {
  const paragraph = el("p", { class: "paragraph" }, cardText(text));
  if (!maxLines) return paragraph;
  paragraph.classList.add("clamped");
  paragraph.style.setProperty("--max-lines", maxLines);
  const toggle = el("button", { type: "button", class: "text-toggle", "aria-expanded": "false", onclick: flip }, "Show more");
  return el("div", {}, paragraph, toggle);

  function flip() {
    const open = paragraph.classList.toggle("clamped") === false;
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? "Show less" : "Show more";
  }
}
