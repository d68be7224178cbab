/** Navigation of cards: one stack per context (home, or one open message), as Gmail keeps them. */

import { FormState } from "./form.js";

/** A card on a stack together with what the person has typed into it. */
class Entry {
  constructor(card, previousForm = null) {
    this.card = card;
    this.form = new FormState(previousForm);
    this.openSections = new Set();
  }
}

/** The cards of one context; the root card can be replaced but never removed. */
export class CardStack {
  constructor(context) {
    this.context = context;
    this.entries = [];
  }

  get top() {
    return this.entries.at(-1) ?? null;
  }

  get depth() {
    return this.entries.length;
  }

  /** Apply navigations in order; each holds exactly one of pushCard, updateCard, pop, popToRoot, popToCard. */
  apply(navigations) {
    for (const navigation of navigations) this.applyOne(navigation);
  }

  applyOne(navigation) {
    const kinds = Object.keys(navigation);
    if (kinds.length !== 1) throw new Error(`A navigation holds exactly one key, this one has: ${kinds.join(", ")}`);
    const [kind] = kinds;
    if (kind === "pushCard") this.push(navigation.pushCard);
    else if (kind === "updateCard") this.update(navigation.updateCard);
    else if (kind === "pop") this.keep(this.depth - 1);
    else if (kind === "popToRoot") this.keep(1);
    else if (kind === "popToCard") this.popToCard(navigation.popToCard);
    else throw new Error(`Unknown navigation "${kind}"`);
  }

  push(card) {
    this.entries.push(new Entry(card));
  }

  /** Replace the card on top; fields that are equal in both cards keep what was filled in. */
  update(card) {
    const previous = this.entries.pop();
    const entry = new Entry(card, previous?.form);
    if (previous) entry.openSections = previous.openSections;
    this.entries.push(entry);
  }

  popToCard(name) {
    const index = this.entries.findLastIndex((entry) => entry.card.name === name);
    if (index >= 0) this.keep(index + 1);
  }

  keep(count) {
    this.entries.length = Math.min(this.depth, Math.max(1, count));
  }
}
