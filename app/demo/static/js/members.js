/** Who is signed in: the menu that switches between the people of the demo. */

import { postJson } from "./api.js";
import { avatar, el } from "./dom.js";
import { menuButton } from "./menu.js";

/** `members`: `[{key, name, email, title}]`. A switch loads the page afresh, as another account would. */
export function startMembers(button, members, signedIn) {
  const me = members.find((member) => member.key === signedIn);
  button.replaceChildren(avatar(me.name, "small"), el("span", { class: "member-name" }, me.name));
  button.setAttribute("aria-label", `Signed in as ${me.name}. Switch account`);
  menuButton(button, () => members.map((member) => ({
    label: member.title ? `${member.name} · ${member.title}` : member.name,
    checked: member.key === signedIn,
    onSelect: async () => {
      await postJson("/demo/member", { key: member.key });
      window.location.assign("/demo");
    },
  })), "Accounts");
}
