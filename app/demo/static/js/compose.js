/** The compose window: one draft at a time, which the person and the add-on both can change. */

import { getJson, postJson, RequestError } from "./api.js";
import { dayAndTime } from "./dates.js";
import { el, iconButton } from "./dom.js";
import { notify } from "./notify.js";
import { mailMarkup } from "./text.js";

const RECIPIENTS = [["to", "To"], ["cc", "Cc"], ["bcc", "Bcc"]];

export class Compose {
  /**
   * `sent(threadId)` is called when the message is on its way, `closed()` when the window is gone, and
   * `openAddon({recipients(), threadId})` when the person asks for the add-on beside it.
   */
  constructor(root, handlers) {
    this.root = root;
    this.handlers = handlers;
    this.window = null;
    document.addEventListener("selectionchange", () => this.keepCursor());
  }

  /** Open a new draft: `{to, cc, bcc, subject, html, threadId, inReplyTo}`, all optional. */
  start(draft = {}) {
    this.close();
    this.threadId = draft.threadId ?? null;
    this.inReplyTo = draft.inReplyTo ?? null;
    this.returnFocus = document.activeElement;
    this.window = this.draw(draft);
    this.root.append(this.window);
    this.window.querySelector(draft.to ? ".compose-body" : "input").focus();
  }

  /** `cc` holds everybody else for a reply to all. */
  reply(message, cc = "") {
    const subject = /^re:/i.test(message.subject) ? message.subject : `Re: ${message.subject}`;
    const intro = `On ${dayAndTime(message.date)}, ${message.from.name || message.from.email} wrote:`;
    this.start({ to: message.replyTo, cc, subject, html: "", threadId: message.threadId, inReplyTo: message.messageId,
      quote: { intro, text: message.text } });
  }

  forward(message) {
    const intro = `---------- Forwarded message ----------\nFrom: ${message.from.name} <${message.from.email}>\nSubject: ${message.subject}`;
    this.start({ subject: `Fwd: ${message.subject}`, quote: { intro, text: message.text } });
  }

  /** Open a draft that the server has created (openCreatedDraftActionMarkup). */
  async open(draftId) {
    try {
      this.start(await getJson(`/demo/api/drafts/${encodeURIComponent(draftId)}`));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      notify(error.message);
    }
  }

  /** Apply updateDraftActionMarkup; recipients and subject replace what is there. */
  update(markup) {
    if (!this.window) this.start();
    const lists = { to: markup.updateToRecipients?.toRecipients, cc: markup.updateCcRecipients?.ccRecipients,
      bcc: markup.updateBccRecipients?.bccRecipients };
    for (const [name, people] of Object.entries(lists)) {
      if (people) this.input(name).value = people.map((person) => person.email).join(", ");
    }
    if (markup.updateSubject) this.input("subject").value = markup.updateSubject.subject;
    if (markup.updateBody) this.insert(markup.updateBody);
  }

  insert({ type, insertContents }) {
    const body = this.window.querySelector(".compose-body");
    const content = document.createDocumentFragment();
    for (const piece of insertContents) {
      content.append(...(piece.contentType === "TEXT" ? textLines(piece.content) : [mailMarkup(piece.content)]));
    }
    if (type === "REPLACE") body.replaceChildren(content);
    else if (type === "INSERT_AT_END") body.append(content);
    else if (type === "IN_PLACE_INSERT" && this.cursor) this.insertAtCursor(content);
    else body.prepend(content);
    body.focus();
  }

  /** In place of what is selected, as typing would; the cursor goes behind it. */
  insertAtCursor(content) {
    const range = this.cursor;
    range.deleteContents();
    range.insertNode(content);
    range.collapse(false);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  /** Where the person was writing, also while they use the add-on. */
  keepCursor() {
    const selection = window.getSelection();
    const body = this.window?.querySelector(".compose-body");
    if (body && selection.rangeCount && body.contains(selection.anchorNode)) this.cursor = selection.getRangeAt(0).cloneRange();
  }

  focus() {
    this.window?.querySelector(".compose-body").focus();
  }

  /** The addresses typed so far, as Gmail tells them to an add-on. */
  recipients() {
    const typed = (name) => this.input(name).value.match(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g) ?? [];
    return { toRecipients: typed("to"), ccRecipients: typed("cc"), bccRecipients: typed("bcc") };
  }

  close() {
    if (!this.window) return;
    this.window.remove();
    this.window = this.cursor = null;
    this.returnFocus?.focus();
    this.handlers.closed();
  }

  draw(draft) {
    const body = el("div", { class: "compose-body", contenteditable: "true", role: "textbox", "aria-multiline": "true",
      "aria-label": "Message text", tabindex: "0" });
    if (draft.html) body.append(mailMarkup(draft.html));
    if (draft.quote) body.append(el("br"), el("br"), el("div", {}, draft.quote.intro), el("blockquote", {}, draft.quote.text));
    const form = el("form", { class: "compose-form" },
      el("div", { class: "compose-bar" }, el("h2", {}, draft.threadId ? "Reply" : "New message"),
        iconButton("close", "Discard draft", () => this.close())),
      RECIPIENTS.map(([name, label]) => recipientField(name, label, draft[name] ?? "")),
      recipientField("subject", "Subject", draft.subject ?? ""),
      body,
      el("div", { class: "compose-actions" }, el("button", { type: "submit", class: "primary-button" }, "Send"),
        iconButton("sidenote", "Sidenote", () => this.openAddon(), { class: "icon-button compose-addon" })));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    return el("div", { class: "compose", role: "dialog", "aria-label": "New message", onkeydown: (event) => this.onKey(event) }, form);
  }

  onKey(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.send();
    event.stopPropagation();
  }

  openAddon() {
    this.handlers.openAddon({ recipients: () => this.recipients(), threadId: this.threadId });
  }

  async send() {
    const fields = Object.fromEntries(["to", "cc", "bcc", "subject"].map((name) => [name, this.input(name).value]));
    if (!fields.to.trim()) {
      notify("Please add a recipient.");
      this.input("to").focus();
      return;
    }
    const body = this.window.querySelector(".compose-body");
    try {
      const sent = await postJson("/demo/send", { ...fields, text: body.innerText, html: body.innerHTML, threadId: this.threadId,
        inReplyTo: this.inReplyTo });
      this.close();
      notify("Message sent.");
      this.handlers.sent(sent.threadId);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      notify(`The message was not sent. ${error.message}`);
    }
  }

  input(name) {
    return this.window.firstChild.elements[name];
  }
}

function textLines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]));
}

function recipientField(name, label, value) {
  const input = el("input", { name, id: `compose-${name}`, autocomplete: "off" });
  input.value = value;
  return el("div", { class: "compose-field" }, el("label", { for: input.id }, label), input);
}
