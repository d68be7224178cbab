/** The thread list: boxes, search, pages, and moving through it with the keyboard. */

import { getJson, RequestError } from "./api.js";
import { shortDate } from "./dates.js";
import { el, icon } from "./dom.js";

const BOXES = [["inbox", "Inbox"], ["sent", "Sent"], ["all", "All mail"]];
const SHOWN_LABELS = { SENT: null, INBOX: null, UNREAD: null, IMPORTANT: null, STARRED: null };

export class Inbox {
  constructor(root, search) {
    this.root = root;
    this.search = search;
    this.box = "inbox";
    this.selected = null;
    this.threads = [];
    this.list = el("ul", { class: "threads", "aria-label": "Conversations" });
    this.more = el("button", { type: "button", class: "more-threads", hidden: true, onclick: () => this.load(this.nextPage) }, "Show older");
    this.note = el("p", { class: "list-note", role: "status" });
    this.tabs = el("div", { class: "boxes", role: "group", "aria-label": "Mail boxes" },
      BOXES.map(([box, label]) => el("button", { type: "button", data: { box }, onclick: () => this.openBox(box) }, label)));
    root.append(this.tabs, el("div", { class: "list-scroll" }, this.list, this.note, this.more));
    search.addEventListener("submit", (event) => {
      event.preventDefault();
      this.load();
    });
    search.addEventListener("reset", () => window.setTimeout(() => this.load()));
  }

  openBox(box) {
    this.box = box;
    this.search.elements.q.value = "";
    return this.load();
  }

  /** Fetch the first page, or with a token the next one, which is added below. */
  async load(page = "") {
    const query = this.search.elements.q.value.trim();
    this.tabs.querySelectorAll("button").forEach((tab) =>
      tab.setAttribute("aria-pressed", String(!query && tab.dataset.box === this.box)));
    const asked = new URLSearchParams({ q: query, box: query ? "all" : this.box, page });
    this.asked = asked.toString();
    try {
      const answer = await getJson(`/demo/api/threads?${asked}`);
      if (this.asked !== asked.toString()) return;
      this.threads = page ? [...this.threads, ...answer.threads] : answer.threads;
      this.nextPage = answer.nextPage;
      this.note.textContent = this.threads.length ? "" : emptyNote(query);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.note.textContent = error.message;
    }
    this.draw();
  }

  draw() {
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...this.threads.map((thread) => el("li", {}, threadRow(thread, thread.id === this.selected))));
    this.more.hidden = !this.nextPage;
    if (focused) this.focusSelected();
  }

  select(id) {
    this.selected = id;
    const thread = this.threads.find((candidate) => candidate.id === id);
    if (thread) thread.unread = false;
    this.draw();
    this.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  /** Id of the thread `step` rows away from the selected one, or null at the end. */
  neighbour(step) {
    const position = this.threads.findIndex((thread) => thread.id === this.selected);
    return this.threads[position < 0 ? 0 : position + step]?.id ?? null;
  }

  /** Move the keyboard focus up or down the list without opening anything. */
  moveFocus(step) {
    const rows = [...this.list.querySelectorAll(".thread-row")];
    const position = rows.indexOf(document.activeElement);
    const start = position < 0 ? rows.findIndex((row) => row.hasAttribute("aria-current")) - (step > 0 ? 1 : 0) : position;
    rows[Math.max(0, Math.min(rows.length - 1, start + step))]?.focus();
  }

  focusSelected() {
    (this.list.querySelector("[aria-current]") ?? this.list.querySelector(".thread-row"))?.focus();
  }
}

function threadRow(thread, selected) {
  const labels = thread.labels.filter((label) => !(label in SHOWN_LABELS));
  return el("a", {
    class: `thread-row ${thread.unread ? "unread" : ""}`, href: `#/thread/${thread.id}`, "aria-current": selected ? "true" : null,
  },
  el("span", { class: "row-top" },
    el("span", { class: "senders" }, senderNames(thread.senders),
      thread.count > 1 ? el("span", { class: "count" }, String(thread.count)) : null),
    thread.hasAttachment ? icon("attach", "Has an attachment") : null,
    thread.unread ? el("span", { class: "visually-hidden" }, "Unread") : null,
    el("time", { datetime: thread.date }, shortDate(thread.date))),
  el("span", { class: "row-subject" }, labels.map((label) => el("span", { class: "label" }, label)),
    el("bdi", {}, thread.subject || "(no subject)")),
  el("span", { class: "row-snippet", dir: "auto" }, thread.snippet));
}

/** Each name keeps its own writing direction; an ellipsis stands for those left out. */
function senderNames(names) {
  return names.flatMap((name, index) => {
    const before = index === 0 ? "" : name === "…" || names[index - 1] === "…" ? " " : ", ";
    return [before, el("bdi", {}, name)];
  });
}

function emptyNote(query) {
  return query ? `Nothing found for “${query}”.` : "Nothing here.";
}
