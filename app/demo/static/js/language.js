/** The language that the page tells the add-on: the browser's until the person, or `?locale=`, chooses another. */

const KEY = "sidenote-demo-locale";

/** As Gmail writes it, such as `de-AT`. */
export function currentLocale() {
  return window.localStorage.getItem(KEY) || navigator.language;
}

/** Restore an earlier choice and wire the list; `onChange` draws the sidebar anew. */
export function startLanguage(select, onChange) {
  const asked = new URLSearchParams(window.location.search).get("locale");
  if (asked !== null) window.localStorage.setItem(KEY, asked);
  select.value = window.localStorage.getItem(KEY) ?? "";
  if (select.selectedIndex < 0) select.value = "";
  select.addEventListener("change", () => {
    window.localStorage.setItem(KEY, select.value);
    onChange();
  });
}
