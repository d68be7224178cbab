/** HTML from the server is copied, tag by allowed tag, into fresh DOM nodes; everything else becomes text. */

import { el } from "./dom.js";

const CARD_TAGS = new Set(["B", "I", "U", "S", "BR", "FONT", "A", "TIME"]);
const MAIL_TAGS = new Set([...CARD_TAGS, "P", "DIV", "SPAN", "UL", "OL", "LI", "BLOCKQUOTE", "EM", "STRONG", "H1", "H2",
  "H3", "HR", "PRE", "CODE", "TABLE", "THEAD", "TBODY", "TR", "TD", "TH"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "IFRAME", "OBJECT", "TITLE"]);
const COLOUR = /^#[0-9a-f]{6}$/i;
const LINK = /^(https?:|mailto:|tel:)/i;

/** The text subset of cards (b, i, u, s, br, font color, a, time) as a fragment. */
export function cardText(html) {
  return copyAllowed(html, CARD_TAGS);
}

/** What a card may insert into a draft: ordinary text formatting, lists and tables. */
export function mailMarkup(html) {
  return copyAllowed(html, MAIL_TAGS);
}

/** The same text without any markup, for accessible names. */
export function plainText(html) {
  return cardText(html).textContent;
}

/** Only these links are ever opened; anything else is shown as plain text. */
export function isSafeLink(url) {
  return LINK.test(url);
}

function copyAllowed(html, allowed) {
  const source = new DOMParser().parseFromString(html, "text/html").body;
  const target = document.createDocumentFragment();
  copyChildren(source, target, allowed);
  return target;
}

function copyChildren(source, target, allowed) {
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      appendLines(target, child.data, allowed);
    } else if (child.nodeType === Node.ELEMENT_NODE && !DROPPED.has(child.tagName)) {
      const copy = allowed.has(child.tagName) ? copyElement(child) : null;
      copyChildren(child, copy ?? target, allowed);
      if (copy) target.append(copy);
    }
  }
}

function appendLines(target, text, allowed) {
  if (allowed !== CARD_TAGS) {
    target.append(text);
    return;
  }
  text.split("\n").forEach((line, index) => target.append(...(index ? [el("br"), line] : [line])));
}

function copyElement(source) {
  if (source.tagName === "A") return copyLink(source);
  if (source.tagName === "FONT") return copyColour(source);
  return el(source.tagName.toLowerCase());
}

function copyLink(source) {
  const href = source.getAttribute("href") ?? "";
  if (!isSafeLink(href)) return el("span");
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" });
}

function copyColour(source) {
  const colour = source.getAttribute("color") ?? "";
  const span = el("span", { class: "coloured" });
  if (COLOUR.test(colour)) span.style.setProperty("--text-colour", colour);
  return span;
}
