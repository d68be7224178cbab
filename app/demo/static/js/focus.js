/** Keeps the keyboard where it was when a part of the page is drawn again. */

/**
 * Remember the focused control inside `root`; the returned function gives focus back to its successor.
 * After a move to another card the focus goes to the start of the new one.
 */
export function keepFocus(root, moved) {
  const active = document.activeElement;
  if (!root.contains(active)) return () => {};
  const same = (node) => node.tagName === active.tagName && nameOf(node) === nameOf(active);
  const position = [...root.querySelectorAll(active.tagName)].filter(same).indexOf(active);
  return () => {
    const candidates = moved ? [] : [...root.querySelectorAll(active.tagName)].filter(same);
    (candidates[position] ?? root).focus({ preventScroll: true });
  };
}

function nameOf(node) {
  return node.name || node.getAttribute("aria-label") || node.textContent;
}
