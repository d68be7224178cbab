/** `dateTimePicker`: the browser's own pickers, in the wire forms of dateInput, dateTimeInput and timeInput. */

import { el } from "../dom.js";
import { InvalidCard } from "./errors.js";
import { field } from "./field.js";

const MINUTE_MS = 60_000;
const KINDS = { DATE_ONLY: "date", DATE_AND_TIME: "datetime-local", TIME_ONLY: "time" };

export function renderDateTimePicker(picker, host) {
  const type = KINDS[picker.type];
  if (!type) throw new InvalidCard(`The picker "${picker.name}" has the unknown type "${picker.type}".`);
  const node = el("input", { type, name: picker.name });
  node.value = toLocal(host.form.declare(picker.name, `dateTimePicker:${picker.type}`, initialValue(picker)), type);
  node.addEventListener("change", () => {
    host.form.set(picker.name, fromLocal(node.value, type));
    if (picker.onChangeAction) host.submit(picker.onChangeAction);
  });
  return field(picker.name, picker.label || "Date", node);
}

/** The server's valueMsEpoch: midnight UTC for dates, else an instant shown in the given or the person's zone. */
function initialValue({ type, valueMsEpoch, timezoneOffsetDate }) {
  if (valueMsEpoch === undefined || valueMsEpoch === null) return null;
  const instant = Number(valueMsEpoch);
  if (type === "DATE_ONLY") return { dateInput: { msSinceEpoch: String(instant) } };
  const offset = timezoneOffsetDate ?? (type === "TIME_ONLY" ? 0 : -new Date(instant).getTimezoneOffset());
  return fromLocal(localText(instant + offset * MINUTE_MS, type), KINDS[type]);
}

function localText(wallClockMs, type) {
  const text = new Date(wallClockMs).toISOString();
  return type === "TIME_ONLY" ? text.slice(11, 16) : text.slice(0, 16);
}

/** What the picker holds as a wrapper; date and time travel as the wall clock read as if it were UTC. */
function fromLocal(text, type) {
  if (!text) return null;
  if (type === "time") {
    const [hours, minutes] = text.split(":").map(Number);
    return { timeInput: { hours, minutes } };
  }
  const milliseconds = String(Date.parse(type === "date" ? `${text}T00:00Z` : `${text}Z`));
  return type === "date" ? { dateInput: { msSinceEpoch: milliseconds } }
    : { dateTimeInput: { msSinceEpoch: milliseconds, hasDate: true, hasTime: true } };
}

function toLocal(wrapper, type) {
  if (!wrapper) return "";
  if (type === "time") {
    const { hours, minutes } = wrapper.timeInput;
    return [hours, minutes].map((part) => String(part).padStart(2, "0")).join(":");
  }
  const { msSinceEpoch } = wrapper.dateInput ?? wrapper.dateTimeInput;
  return new Date(Number(msSinceEpoch)).toISOString().slice(0, type === "date" ? 10 : 16);
}
