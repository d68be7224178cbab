/** One message of a conversation, as a line or opened with its body in a sandboxed frame. */

import { dateRange, dayAndTime, fullDate } from "./dates.js";
import { avatar, el, icon, iconButton } from "./dom.js";
import { currentTheme } from "./theme.js";

/** Draw a message into its section; `actions` are `{toggle, reply, forward}`. */
export function drawMessage(node, message, open, actions) {
  const head = el("button", { type: "button", class: "message-head", "aria-expanded": String(open), onclick: actions.toggle },
    avatar(message.from.name || message.from.email),
    el("span", { class: "message-who" },
      el("span", { class: "message-from" }, el("bdi", {}, message.from.name || message.from.email),
        open ? el("span", { class: "address" }, message.from.email) : null),
      el("span", { class: "message-line", dir: "auto" }, open ? recipients(message) : message.snippet)),
    message.attachments.length && !open ? icon("attach", "Has an attachment") : null,
    el("time", { datetime: message.date, title: fullDate(message.date) }, dayAndTime(message.date)));
  if (!open) {
    node.replaceChildren(head);
    return;
  }
  node.replaceChildren(
    el("div", { class: "message-top" }, head,
      el("span", { class: "message-tools" }, iconButton("reply", "Reply", actions.reply), iconButton("forward", "Forward", actions.forward))),
    message.invitation ? invitation(message.invitation) : "",
    bodyFrame(message),
    message.attachments.length ? attachments(message.attachments) : "");
}

function invitation({ summary, start, end }) {
  return el("p", { class: "invitation" }, icon("INVITE"), el("span", {}, el("b", {}, summary), el("br"), dateRange(start, end)));
}

/** The body lives in a frame without scripts; it is as high as its content. */
function bodyFrame(message) {
  const frame = el("iframe", {
    class: "message-body", title: `Text of the message from ${message.from.name || message.from.email}`,
    sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    src: `${message.bodyUrl}?theme=${currentTheme()}`,
  });
  frame.addEventListener("load", () => {
    const page = frame.contentDocument.documentElement;
    const fit = () => frame.style.setProperty("height", `${page.offsetHeight}px`);
    new ResizeObserver(fit).observe(page);
    fit();
    page.addEventListener("keydown", (event) => document.dispatchEvent(new KeyboardEvent("keydown", { key: event.key })));
  });
  return frame;
}

function recipients(message) {
  const names = [...message.to, ...message.cc].map((person) => person.name || person.email);
  return names.length ? `to ${names.join(", ")}` : "";
}

function attachments(files) {
  return el("ul", { class: "attachments", "aria-label": "Attachments" }, files.map((file) => el("li", {},
    el("a", { class: "attachment", href: file.url, download: file.filename }, icon(fileIcon(file.mimeType)),
      el("span", { class: "attachment-name" }, file.filename), el("span", { class: "attachment-size" }, size(file.size))))));
}

function fileIcon(mimeType) {
  return mimeType === "text/calendar" ? "INVITE" : "file";
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
