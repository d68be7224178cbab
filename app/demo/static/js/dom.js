/** Small DOM helpers shared by every module: markup is never built from strings. */

/**
 * Create an element. Strings among the children become text nodes, so untrusted text stays text.
 * Props: `class`, `data` (dataset), `on<event>` (listener); `true` sets an empty attribute, `null`/`false` none.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
const SPRITE = new URL("../icons.svg", import.meta.url).pathname;

/** One drawing of the icon sprite; decorative unless a label is given. */
export function icon(name, label = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows only an icon; the label is its accessible name and tooltip. */
export function iconButton(name, label, onclick, props = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props },
    icon(name));
}

let counter = 0;

/** A document-wide unique id for aria wiring. */
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Round picture of a person or company made of initials, tinted by the name. */
export function avatar(name, size = "") {
  const letters = Array.from(name.replace(/[^\p{L}\p{N}\p{Emoji_Presentation} ]/gu, "").trim());
  const tint = Array.from(name).reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;
  return el("span", { class: `avatar ${size}`, data: { tint }, "aria-hidden": "true" },
    (letters[0] ?? "?").toUpperCase());
}
