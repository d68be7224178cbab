/** The values of one card's inputs, in the wire form of `commonEventObject.formInputs`. */

export class FormState {
  /** `previous` is the form of the card that this one replaces by updateCard. */
  constructor(previous = null) {
    this.fields = new Map();
    this.previous = previous;
  }

  /**
   * Declare an input while its widget is drawn and get its present value.
   * Equal fields (same name, widget and server value) keep what the person filled in.
   */
  declare(name, widget, initial) {
    const signature = JSON.stringify([widget, initial]);
    const known = this.fields.get(name) ?? this.previous?.fields.get(name);
    const field = known?.signature === signature ? known : { signature, initial, value: initial };
    this.fields.set(name, field);
    return field.value;
  }

  /** Store what the person entered; null means empty, which the event leaves out. */
  set(name, value) {
    this.fields.get(name).value = value;
  }

  /** Back to what the server sent: what a click does unless the action persists values. */
  reset() {
    for (const field of this.fields.values()) field.value = field.initial;
  }

  /** The formInputs object: one wrapper per field that has a value. */
  inputs() {
    const filled = [...this.fields].filter(([, field]) => field.value !== null);
    return Object.fromEntries(filled.map(([name, field]) => [name, field.value]));
  }

  /** Names that an action requires but that are still empty. */
  missing(action) {
    const required = action.allWidgetsAreRequired ? [...this.fields.keys()] : (action.requiredWidgets ?? []);
    return required.filter((name) => !(this.fields.get(name)?.value ?? null));
  }
}

/** Wrapper for text and selection values; null when nothing is chosen. */
export function strings(values) {
  const filled = values.filter((value) => value !== "");
  return filled.length ? { stringInputs: { value: filled } } : null;
}
