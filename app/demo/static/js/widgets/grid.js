/** `grid`: pictures with titles in one or more columns. */

import { el } from "../dom.js";
import { bindClick } from "./click.js";
import { picture } from "./picture.js";

/** Parameter names that carry the clicked item; Google documents that they are sent, not what they are called. */
const CLICKED_ID = "grid_item_identifier";
const CLICKED_INDEX = "grid_item_index";

export function renderGrid(grid, host) {
  const list = el("ul", { class: "grid", "aria-label": grid.title ?? "Grid" },
    grid.items.map((item, index) => el("li", { class: bordered(grid) }, gridCell(grid, item, index, host))));
  list.style.setProperty("--columns", grid.columnCount ?? 2);
  if (grid.borderStyle?.cornerRadius) list.style.setProperty("--corner", `${grid.borderStyle.cornerRadius}px`);
  return el("div", {}, grid.title ? el("div", { class: "grid-title" }, grid.title) : null, list);
}

function bordered(grid) {
  return `grid-item ${grid.borderStyle?.type === "STROKE" ? "bordered" : ""}`;
}

function gridCell(grid, item, index, host) {
  const words = [item.title, item.subtitle].filter(Boolean)
    .map((text, line) => el("span", { class: line ? "grid-item-subtitle" : "grid-item-title" }, text));
  const image = item.image ? [gridImage(item.image, item.title)] : [];
  const parts = item.layout === "TEXT_ABOVE" ? [...words, ...image] : [...image, ...words];
  if (!grid.onClick) return el("span", { class: "grid-cell" }, parts);
  const clicked = [{ key: CLICKED_ID, value: item.id ?? "" }, { key: CLICKED_INDEX, value: String(index) }];
  return bindClick(el("button", { type: "button", class: "grid-cell" }, parts), grid.onClick, host, clicked);
}

function gridImage({ imageUri, altText, cropStyle = {}, borderStyle }, title) {
  const ratios = { SQUARE: 1, CIRCLE: 1, RECTANGLE_4_3: 4 / 3, RECTANGLE_CUSTOM: cropStyle.aspectRatio };
  const frame = el("span", { class: `grid-image ${cropStyle.type === "CIRCLE" ? "circle" : ""} ${borderStyle?.type === "STROKE" ? "bordered" : ""}` },
    picture(imageUri, altText, "fill", title));
  frame.style.setProperty("--ratio", ratios[cropStyle.type] ?? "auto");
  return frame;
}
