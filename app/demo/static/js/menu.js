/** Popup menus with the keyboard behaviour of the ARIA menu button pattern. */

import { el, icon } from "./dom.js";

let closeOpenMenu = null;

/** Open a menu under its button. Items: `{label, icon?, disabled?, checked?, onSelect}`. */
export function openMenu(anchor, items, label) {
  closeOpenMenu?.();
  const menu = el("div", { class: "menu", role: "menu", "aria-label": label, popover: "manual" },
    items.map((item) => menuItem(item, () => close(true))));
  document.body.append(menu);
  menu.showPopover();
  place(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  menu.addEventListener("keydown", (event) => moveFocus(event, menu, () => close(true)));
  const outside = (event) => !menu.contains(event.target) && !anchor.contains(event.target) && close(false);
  document.addEventListener("pointerdown", outside);
  function close(returnFocus) {
    closeOpenMenu = null;
    document.removeEventListener("pointerdown", outside);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (returnFocus) anchor.focus();
  }
  closeOpenMenu = () => close(false);
  menu.querySelector("button:not([disabled])")?.focus();
}

/** Turn a button into one that opens (and closes) a menu; `items` is called on each opening. */
export function menuButton(button, items, label) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-expanded") === "true") closeOpenMenu?.();
    else openMenu(button, items(), label);
  });
  return button;
}

function menuItem(item, close) {
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  const select = () => {
    close();
    item.onSelect();
  };
  return el("button", {
    type: "button", role, tabindex: "-1", disabled: item.disabled, onclick: select,
    "aria-checked": item.checked === undefined ? null : String(item.checked),
  }, item.icon ?? null, el("span", {}, item.label), item.checked ? icon("check") : null);
}

function moveFocus(event, menu, close) {
  const buttons = [...menu.querySelectorAll("button:not([disabled])")];
  const position = buttons.indexOf(document.activeElement);
  const target = {
    ArrowDown: (position + 1) % buttons.length,
    ArrowUp: (position - 1 + buttons.length) % buttons.length,
    Home: 0,
    End: buttons.length - 1,
  }[event.key];
  if (target !== undefined) buttons[target].focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.right - menu.offsetWidth, window.innerWidth - menu.offsetWidth - 8));
  const below = box.bottom + 4;
  const fits = below + menu.offsetHeight < window.innerHeight - 8;
  menu.style.setProperty("left", `${left}px`);
  menu.style.setProperty("top", `${fits ? below : Math.max(8, box.top - menu.offsetHeight - 4)}px`);
}
