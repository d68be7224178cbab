/** What a click on a widget does: exactly one of action, openLink, openDynamicLinkAction, card, overflowMenu. */

import { menuButton } from "../menu.js";
import { renderIcon } from "./icon.js";
import { InvalidCard } from "./errors.js";

const KINDS = ["action", "openLink", "openDynamicLinkAction", "card", "overflowMenu"];

/** Give a button its `onClick`; `extra` are parameters added by the widget itself (a clicked grid item). */
export function bindClick(button, onClick, host, extra = []) {
  const kind = clickKind(onClick);
  if (kind === "overflowMenu") {
    menuButton(button, () => menuItems(onClick.overflowMenu.items, host), "More actions");
  } else {
    button.addEventListener("click", () => perform(onClick, host, extra));
  }
  return button;
}

/** Items of a card menu or overflow menu in the form that `openMenu` takes. */
export function menuItems(items, host) {
  return items.map((item) => {
    if (clickKind(item.onClick) === "overflowMenu") throw new InvalidCard("Overflow menus cannot be nested.");
    return {
      label: item.text,
      icon: item.startIcon ? renderIcon(item.startIcon) : null,
      disabled: item.disabled,
      onSelect: () => perform(item.onClick, host),
    };
  });
}

function clickKind(onClick) {
  const kinds = Object.keys(onClick ?? {}).filter((key) => KINDS.includes(key));
  if (kinds.length !== 1) throw new InvalidCard(`onClick holds exactly one of ${KINDS.join(", ")}.`);
  return kinds[0];
}

function perform(onClick, host, extra = []) {
  if (onClick.action) host.submit(onClick.action, extra);
  else if (onClick.openDynamicLinkAction) host.submit(onClick.openDynamicLinkAction, extra);
  else if (onClick.openLink) host.openLink(onClick.openLink);
  else host.push(onClick.card);
}
