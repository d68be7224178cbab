/** Starts the page: wires the list, the conversation, the sidebar and the compose window together. */

import { getJson, postJson, RequestError } from "./api.js";
import { Compose } from "./compose.js";
import { Inbox } from "./inbox.js";
import { showShortcuts, startKeys } from "./keys.js";
import { startLanguage } from "./language.js";
import { startMembers } from "./members.js";
import { notify } from "./notify.js";
import { followProgress } from "./progress.js";
import { Sidebar } from "./sidebar.js";
import { startTheme } from "./theme.js";
import { ThreadView } from "./thread.js";

const byId = (id) => document.getElementById(id);
const [{ members, signedIn }, addon] = await Promise.all([getJson("/demo/members"), getJson("/demo/addon")]);
const layout = byId("layout");
const onPhone = window.matchMedia("(max-width: 760px)");

const compose = new Compose(byId("compose-root"), {
  sent: async (threadId) => {
    await inbox.load();
    if (threadId === inbox.selected) await openThread(threadId);
  },
  openAddon: (draft) => sidebar.showDraft(draft),
  closed: () => sidebar.leaveDraft(),
});
const inbox = new Inbox(byId("inbox"), byId("search"));
const sidebar = new Sidebar(byId("sidebar"), addon, {
  update: (markup) => {
    compose.update(markup);
    if (onPhone.matches) sidebar.leaveDraft().then(() => compose.focus());
  },
  open: (draftId) => compose.open(draftId),
  close: () => compose.close(),
  focus: () => compose.focus(),
}, (isDraft) => layout.classList.toggle("beside-draft", isDraft));
const view = new ThreadView(byId("thread"), {
  back: () => go("#/"),
  reply: (message, cc) => compose.reply(message, cc),
  forward: (message) => compose.forward(message),
  openSidebar: () => go(`#/thread/${inbox.selected}/sidenote`),
  messageOpened: (message) => sidebar.showMessage(message),
});

let shown = null;

const shortcuts = {
  j: ["Next conversation", () => step(1)],
  k: ["Previous conversation", () => step(-1)],
  o: ["Open the conversation in focus", () => document.activeElement.closest?.(".thread-row")?.click()],
  u: ["Back to the list", () => { go("#/"); inbox.focusSelected(); }],
  c: ["Write a message", () => compose.start()],
  r: ["Reply", () => byId("thread").querySelector(".answer-buttons button")?.click()],
  "/": ["Search mail", () => byId("search").elements.q.focus()],
  s: ["Go to the Sidenote sidebar", () => { if (inbox.selected) go(`#/thread/${inbox.selected}/sidenote`); byId("sidebar").focus(); }],
  "?": ["Show these shortcuts", () => showShortcuts(shortcuts)],
};

/** Which panel a small screen shows, and which thread is open, both follow from the address. */
async function route() {
  if (window.location.hash && !window.location.hash.startsWith("#/")) return;
  const [, kind, threadId, panel] = window.location.hash.split("/");
  layout.dataset.panel = kind !== "thread" ? "list" : panel === "sidenote" ? "sidebar" : "thread";
  if (kind !== "thread") {
    shown = null;
    inbox.select(null);
    view.showNothing();
    await sidebar.showHome();
  } else if (shown !== threadId) {
    await openThread(threadId);
  }
}

async function openThread(threadId) {
  shown = threadId;
  inbox.select(threadId);
  let thread;
  try {
    thread = await getJson(`/demo/api/threads/${encodeURIComponent(threadId)}`);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    notify(error.message);
    return;
  }
  if (shown !== threadId) return;
  view.show(thread);
  const unread = thread.messages.some((message) => message.unread);
  if (unread) postJson(`/demo/api/threads/${encodeURIComponent(threadId)}/read`, {}).catch((error) => notify(error.message));
  await sidebar.showMessage(thread.messages.at(-1));
}

function go(hash) {
  window.location.hash = hash;
}

/** With a conversation open j and k open the next one, in the list they move the focus. */
function step(direction) {
  if (!shown) {
    inbox.moveFocus(direction);
    return;
  }
  const id = inbox.neighbour(direction);
  if (id) go(`#/thread/${id}`);
}

startTheme(byId("theme"), () => shown && openThread(shown));
startLanguage(byId("locale"), () => sidebar.refresh());
startMembers(byId("member"), members, signedIn);
startKeys(shortcuts);
byId("compose").addEventListener("click", () => compose.start());
byId("help").addEventListener("click", () => showShortcuts(shortcuts));
byId("back-to-thread").addEventListener("click", () => go(`#/thread/${inbox.selected}`));
byId("open-home-sidebar").addEventListener("click", () => { layout.dataset.panel = "sidebar"; });
window.addEventListener("hashchange", route);
await inbox.load();
await route();
followProgress(byId("progress"), () => {
  sidebar.refresh();
  inbox.load();
});
