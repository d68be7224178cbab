/** Dates as a mail client shows them, in the person's own locale. */

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const YEAR = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });

/** The time for today, the day for this year, else the whole date. */
export function shortDate(iso, now = new Date()) {
  const date = new Date(iso);
  if (date.toDateString() === now.toDateString()) return TIME.format(date);
  return (date.getFullYear() === now.getFullYear() ? DAY : YEAR).format(date);
}

export function dayAndTime(iso) {
  const date = new Date(iso);
  return `${DAY.format(date)}, ${TIME.format(date)}`;
}

/** Start and end of a meeting; `end` may be null. */
export function dateRange(start, end) {
  return end ? FULL.formatRange(new Date(start), new Date(end)) : FULL.format(new Date(start));
}

export function fullDate(iso) {
  return FULL.format(new Date(iso));
}
