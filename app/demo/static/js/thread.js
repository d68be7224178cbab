/** The open conversation: a heading, older messages folded, the newest one open. */

import { el, icon, iconButton } from "./dom.js";
import { drawMessage } from "./message.js";

const KEPT_AROUND_FOLD = 1;
const MIN_FOLDED = 3;

/** Draws threads into `root`; `actions` are `{back, reply, forward, openSidebar, messageOpened}`. */
export class ThreadView {
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
  }

  showNothing() {
    this.root.replaceChildren(el("div", { class: "nothing-open" }, icon("sidenote"),
      el("p", {}, "Select a conversation to read it here."),
      el("p", { class: "hint" }, el("kbd", {}, "j"), " ", el("kbd", {}, "k"), " move, ", el("kbd", {}, "o"), " opens, ", el("kbd", {}, "?"),
        " shows all shortcuts")));
  }

  show(thread) {
    const last = thread.messages.length - 1;
    const items = thread.messages.map((message, index) => this.item(message, index === last || message.unread));
    this.root.replaceChildren(this.bar(thread), el("div", { class: "messages" }, fold(items, thread.messages)),
      this.answerButtons(thread.messages[last]));
    this.root.scrollTop = 0;
    this.root.querySelector("h2").focus({ preventScroll: true });
  }

  bar(thread) {
    return el("header", { class: "thread-bar" },
      iconButton("back", "Back to the list", this.actions.back, { class: "icon-button back-to-list" }),
      el("h2", { tabindex: "-1", dir: "auto" }, thread.subject || "(no subject)"),
      el("button", { type: "button", class: "open-sidebar", onclick: this.actions.openSidebar }, icon("sidenote"), "Sidenote"));
  }

  item(message, open) {
    const node = el("article", { class: "message", "aria-label": `Message from ${message.from.name || message.from.email}` });
    const draw = (isOpen) => {
      node.classList.toggle("open", isOpen);
      drawMessage(node, message, isOpen, {
        toggle: () => {
          draw(!isOpen);
          node.querySelector(".message-head").focus();
          if (!isOpen) this.actions.messageOpened(message);
        },
        reply: () => this.actions.reply(message),
        forward: () => this.actions.forward(message),
      });
    };
    draw(open);
    return node;
  }

  answerButtons(message) {
    return el("footer", { class: "answer-buttons" },
      el("button", { type: "button", class: "pill-button", onclick: () => this.actions.reply(message) }, icon("reply"), "Reply"),
      message.replyAllCc
        ? el("button", { type: "button", class: "pill-button", onclick: () => this.actions.reply(message, message.replyAllCc) },
          icon("reply-all"), "Reply all")
        : null,
      el("button", { type: "button", class: "pill-button", onclick: () => this.actions.forward(message) }, icon("forward"), "Forward"));
  }
}

/** Long conversations hide their middle behind one button that tells how many messages it stands for. */
function fold(items, messages) {
  const firstOpen = messages.findIndex((message, index) => message.unread || index === messages.length - 1);
  const hidden = items.slice(KEPT_AROUND_FOLD, firstOpen - KEPT_AROUND_FOLD);
  if (hidden.length < MIN_FOLDED) return items;
  const button = el("button", { type: "button", class: "older", onclick: () => button.replaceWith(...hidden) },
    el("span", { class: "older-count" }, String(hidden.length)), "older messages");
  return [...items.slice(0, KEPT_AROUND_FOLD), button, ...items.slice(firstOpen - KEPT_AROUND_FOLD)];
}
