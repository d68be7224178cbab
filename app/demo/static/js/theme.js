/** Light or dark: as the system says until the person chooses; the choice is kept in this browser. */

const KEY = "sidenote-demo-theme";
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

/** "light" or "dark", as now shown. */
export function currentTheme() {
  return document.documentElement.dataset.theme ?? (prefersDark.matches ? "dark" : "light");
}

/** Restore an earlier choice and wire the button; `onChange` redraws what cannot follow by CSS alone. */
export function startTheme(button, onChange) {
  const chosen = window.localStorage.getItem(KEY);
  if (chosen) document.documentElement.dataset.theme = chosen;
  const tell = () => button.setAttribute("aria-pressed", String(currentTheme() === "dark"));
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = currentTheme() === "dark" ? "light" : "dark";
    window.localStorage.setItem(KEY, currentTheme());
    tell();
    onChange();
  });
  prefersDark.addEventListener("change", () => {
    tell();
    onChange();
  });
  tell();
}
