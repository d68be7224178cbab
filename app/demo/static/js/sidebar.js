/** The add-on sidebar: runs triggers and clicks, and keeps one card stack per context as Gmail does. */

import { postJson } from "./api.js";
import { renderCard, renderPeek } from "./card.js";
import { callAddon } from "./events.js";
import { keepFocus } from "./focus.js";
import { notify } from "./notify.js";
import { openLink, readClick, readSuggestions, readTrigger } from "./responses.js";
import { failure, scopeRequest, sidebarBar, signInRequest, waiting } from "./sidebarview.js";
import { CardStack } from "./stack.js";
import { showMissing } from "./widgets/field.js";

const HOME = { key: "home", message: null };
const DRAFT = "draft";

export class Sidebar {
  /**
   * `addon`: `{name, baseUrl, homeUrl, messageUrl, composeUrl, menu, scopes}`; `drafts`: `{update, open, close, focus}`.
   * `shown(beside a draft?)` is called when what the sidebar stands beside changes.
   */
  constructor(root, addon, drafts, shown) {
    this.root = root;
    this.addon = addon;
    this.drafts = drafts;
    this.shown = shown;
    this.stacks = new Map();
    this.context = HOME;
    this.opened = HOME;
  }

  /** Show the home page; no message is open any more. */
  showHome() {
    this.opened = HOME;
    return this.show(HOME);
  }

  /** Show what the add-on says about a message `{id, threadId}` (hex ids). */
  showMessage(message) {
    this.opened = { key: message.id, message };
    return this.show(this.opened);
  }

  /** Show what the add-on says about a mail being written, asked anew: `{recipients(), threadId}`. */
  async showDraft(draft) {
    this.stacks.delete(DRAFT);
    await this.show({ key: DRAFT, message: null, draft });
    this.root.focus();
  }

  /** Back to what was shown before the mail was written. */
  async leaveDraft() {
    this.stacks.delete(DRAFT);
    if (this.context.draft) await this.show(this.opened);
  }

  /** Ask for every card afresh, as after mail has arrived. */
  refresh() {
    this.stacks.clear();
    return this.show(this.context);
  }

  async show(context, evenIfPeeking = false) {
    this.context = context;
    this.shown(Boolean(context.draft));
    if (this.stacks.has(context.key)) this.draw();
    else await this.runTrigger(context, evenIfPeeking);
  }

  /** A card that only peeks waits below the home page, unless somebody has asked for it. */
  async runTrigger(context, evenIfPeeking) {
    const url = context.draft ? this.addon.composeUrl : context.message ? this.addon.messageUrl : this.addon.homeUrl;
    if (this.isShown(context)) this.fill(waiting());
    const retry = () => this.runTrigger(context, evenIfPeeking);
    await this.attempt(context, retry, async () => {
      const { prompt, actions } = readTrigger(await this.call(url, context, null));
      if (prompt) return this.ask(prompt, context, retry);
      const stack = new CardStack(context);
      stack.apply(actions.action.navigations);
      this.stacks.set(context.key, stack);
      if (!this.isShown(context)) return null;
      const peeks = stack.depth === 1 && stack.top.card.displayStyle === "PEEK";
      if (peeks && !evenIfPeeking && context !== HOME) return this.show(HOME);
      return this.draw();
    });
  }

  /** A click or change on a widget of the card on top of the present stack. */
  async submit(action, extra = []) {
    const context = this.context;
    const stack = this.stacks.get(context.key);
    const entry = stack.top;
    const missing = entry.form.missing(action);
    if (missing.length) {
      showMissing(this.root, missing);
      return;
    }
    const parameters = Object.fromEntries([...(action.parameters ?? []), ...extra].map(({ key, value }) => [key, value]));
    const click = { parameters, formInputs: entry.form.inputs() };
    if (action.loadIndicator !== "NONE") this.root.classList.add("busy");
    await this.attempt(context, () => this.submit(action, extra), async () => {
      const answer = readClick(await this.call(action.function, context, click));
      if (answer.prompt) {
        this.ask(answer.prompt, context, () => this.submit(action, extra));
        return;
      }
      if (!action.persistValues) entry.form.reset();
      if (answer.stateChanged) this.dropOthers(context);
      this.apply(answer.actions, stack);
    });
  }

  /** Texts for an autocompleting input; a failure gives none, as typing must go on. */
  async suggest(action) {
    const { top } = this.stacks.get(this.context.key);
    const parameters = Object.fromEntries((action.parameters ?? []).map(({ key, value }) => [key, value]));
    try {
      return readSuggestions(await this.call(action.function, this.context, { parameters, formInputs: top.form.inputs() }));
    } catch (error) {
      notify(`No suggestions: ${error.message}`);
      return [];
    }
  }

  apply({ action = {}, hostAppAction }, stack) {
    stack.apply(action.navigations ?? []);
    if (this.stacks.get(this.context.key) === stack) this.draw();
    if (action.notification) notify(action.notification.text);
    if (action.link) this.openLink(action.link);
    const gmail = hostAppAction?.gmailAction ?? {};
    if (gmail.updateDraftActionMarkup) this.drafts.update(gmail.updateDraftActionMarkup);
    if (gmail.openCreatedDraftActionMarkup) this.drafts.open(gmail.openCreatedDraftActionMarkup.draftId);
    if (gmail.addonComposeUiActionMarkup?.type === "DISMISS") this.drafts.close();
  }

  /** A write happened: cards of other contexts are out of date and will be asked for again. */
  dropOthers(context) {
    for (const key of [...this.stacks.keys()]) if (key !== context.key) this.stacks.delete(key);
  }

  openLink(link) {
    try {
      openLink(link, this.addon.baseUrl, () => this.reload());
    } catch (error) {
      notify(error.message);
    }
  }

  push(card) {
    this.stacks.get(this.context.key).push(card);
    this.draw();
  }

  reload() {
    this.stacks.delete(this.context.key);
    return this.show(this.context);
  }

  isShown(context) {
    return this.context.key === context.key;
  }

  call(url, context, click) {
    return callAddon(url, this.addon.baseUrl, context, click);
  }

  /** Run one exchange with the add-on; an error of a context no longer shown is nobody's concern. */
  async attempt(context, retry, exchange) {
    try {
      await exchange();
    } catch (error) {
      if (this.isShown(context)) this.fill(failure(error, retry, this.stacks.has(context.key) ? () => this.draw() : null));
    } finally {
      this.root.classList.remove("busy");
    }
  }

  /** Ask for what the add-on asks for; Gmail repeats the last action once it is given. */
  ask(prompt, context, repeat) {
    if (!this.isShown(context)) return;
    if (prompt.kind === "requesting_google_scopes") {
      const scopes = prompt.all_scopes ? this.addon.scopes : prompt.scopes;
      this.fill(scopeRequest(this.addon.name, scopes, async () => {
        await postJson("/demo/consent", { scopes });
        await repeat();
      }));
    } else if (prompt.kind === "basic_authorization_prompt") {
      const link = { url: prompt.authorization_url, openAs: "OVERLAY", onClose: "RELOAD" };
      this.fill(signInRequest(prompt, () => this.openLink(link)));
    } else {
      const stack = new CardStack(context);
      stack.apply(prompt.action.navigations);
      this.stacks.set(context.key, stack);
      this.draw();
    }
  }

  draw() {
    const stack = this.stacks.get(this.context.key);
    const { card, form, openSections } = stack.top;
    const host = {
      form, openSections,
      submit: (action, extra) => this.submit(action, extra),
      suggest: (action) => this.suggest(action),
      openLink: (link) => this.openLink(link),
      push: (pushed) => this.push(pushed),
    };
    try {
      this.fill(renderCard(card, host), this.peek(), `${stack.context.key}/${stack.depth}`);
    } catch (error) {
      this.fill(failure(error, () => this.reload(), stack.depth > 1 ? () => this.back(stack) : null));
    }
  }

  /** On the home page, the card of the open message waits at the bottom. */
  peek() {
    if (this.context !== HOME || this.opened === HOME) return null;
    return renderPeek(this.stacks.get(this.opened.key)?.top.card ?? {}, () => this.show(this.opened, true));
  }

  back(stack) {
    stack.keep(stack.depth - 1);
    this.draw();
  }

  fill(content, peek = null, place = "") {
    const moved = this.root.dataset.place !== place;
    this.root.dataset.place = place;
    const restore = keepFocus(this.root, moved);
    const body = this.root.querySelector(".sidebar-body");
    const scrolled = body?.scrollTop ?? 0;
    const newBody = Object.assign(document.createElement("div"), { className: "sidebar-body" });
    newBody.append(content);
    this.root.replaceChildren(sidebarBar(this.addon.name, this.backButton(), () => this.menu()), newBody, ...(peek ? [peek] : []));
    if (!moved) newBody.scrollTop = scrolled;
    restore();
  }

  backButton() {
    const stack = this.stacks.get(this.context.key);
    if (stack?.depth > 1) return { label: "Back", run: () => this.back(stack) };
    if (this.context.draft) return { label: "Back to the draft", run: () => this.leaveDraft().then(() => this.drafts.focus()) };
    if (this.context !== HOME) return { label: `${this.addon.name} home`, run: () => this.show(HOME) };
    return null;
  }

  menu() {
    const stack = this.stacks.get(this.context.key);
    const entries = this.addon.menu.map(({ label, url }) => (
      { label, disabled: !stack, onSelect: () => this.submit({ function: url }) }
    ));
    return [{ label: "Refresh", disabled: (stack?.depth ?? 1) !== 1, onSelect: () => this.reload() }, ...entries];
  }
}
