/** Draws one card of Google's card JSON: header, sections, fixed footer and the card's own menu. */

import { el, icon, iconButton, uniqueId } from "./dom.js";
import { menuButton } from "./menu.js";
import { cardText } from "./text.js";
import { renderButton } from "./widgets/button.js";
import { menuItems } from "./widgets/click.js";
import { InvalidCard, renderWidget } from "./widgets/index.js";
import { picture } from "./widgets/picture.js";

const MAX_WIDGETS = 100;

/**
 * The card of a stack entry as an element.
 * `host` is what its widgets act on: `{form, openSections, submit, openLink, push, suggest}`.
 */
export function renderCard(card, host) {
  if (!card.sections?.length && !card.header) throw new InvalidCard("A card needs a header or a section.");
  const budget = { left: MAX_WIDGETS };
  const divided = card.sectionDividerStyle !== "NO_DIVIDER";
  return el("article", { class: `card ${divided ? "divided" : ""}` },
    card.header || card.cardActions?.length ? cardHeader(card, host) : null,
    el("div", { class: "card-sections" },
      (card.sections ?? []).map((section, index) => cardSection(section, index, budget, host))),
    card.fixedFooter ? cardFooter(card.fixedFooter, host) : null);
}

/** The strip that a card with displayStyle PEEK shows until it is opened. */
export function renderPeek(card, onOpen) {
  const header = card.peekCardHeader ?? card.header ?? { title: "This message" };
  return el("button", { type: "button", class: "peek", onclick: onOpen }, headerContent(header, false), icon("expand-up"));
}

function cardHeader(card, host) {
  const items = () => menuItems(card.cardActions.map(({ actionLabel, onClick }) => ({ text: actionLabel, onClick })), host);
  return el("header", { class: "card-header" }, card.header ? headerContent(card.header, true) : el("span", { class: "grow" }),
    card.cardActions?.length
      ? menuButton(iconButton("more", "Card actions"), items, "Card actions")
      : null);
}

/** `heads`: whether the title is the heading of what follows. */
function headerContent(header, heads) {
  if (!header.title) throw new InvalidCard("A card header needs a title.");
  return el("span", { class: "header-content" },
    header.imageUrl ? picture(header.imageUrl, header.imageAltText, header.imageType === "CIRCLE" ? "circle" : "square", header.title) : null,
    el("span", { class: "header-text" },
      el("span", { class: "card-title", role: heads ? "heading" : null, "aria-level": heads ? "3" : null }, header.title),
      header.subtitle ? el("span", { class: "card-subtitle" }, header.subtitle) : null));
}

function cardSection(section, index, budget, host) {
  if (!section.widgets?.length) throw new InvalidCard("A section needs at least one widget.");
  const drawn = section.widgets.slice(0, budget.left).map((widget) => renderWidget(widget, host));
  budget.left -= drawn.length;
  const visible = section.collapsible ? (section.uncollapsibleWidgetsCount ?? 0) : drawn.length;
  const folded = drawn.slice(visible);
  return el("section", { class: "card-section" },
    section.header ? el("h4", { class: "section-header" }, cardText(section.header)) : null,
    drawn.slice(0, visible),
    folded.length ? foldedWidgets(folded, section, index, host) : null);
}

function foldedWidgets(widgets, section, index, host) {
  const id = uniqueId("fold");
  const control = section.collapseControl ?? {};
  const label = el("span", {});
  const toggle = el("button", { type: "button", class: "fold-toggle", "aria-controls": id, onclick: flip,
    data: { align: (control.horizontalAlignment ?? "START").toLowerCase() } }, label, icon("chevron-down"));
  const body = el("div", { id, class: "folded" }, widgets);
  show(host.openSections.has(index));
  return [body, toggle];

  function flip() {
    const open = body.hidden;
    if (open) host.openSections.add(index);
    else host.openSections.delete(index);
    show(open);
  }
  function show(open) {
    body.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    label.textContent = open ? (control.collapseButton?.text ?? "Show less")
      : (control.expandButton?.text ?? `Show ${widgets.length} more`);
  }
}

function cardFooter(footer, host) {
  const { primaryButton, secondaryButton } = footer;
  if (!primaryButton) throw new InvalidCard("A fixed footer needs a primary button.");
  return el("footer", { class: "card-footer" },
    secondaryButton ? renderButton(secondaryButton, host, "footer-secondary") : null,
    renderButton(primaryButton, host, "footer-primary"));
}
