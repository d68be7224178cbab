/** Pictures by URL; one that does not load gives way to its name, as remote servers are never asked. */

import { avatar, el } from "../dom.js";

/** An `<img>` that is replaced by initials (or its alternative text) when the picture does not load. */
export function picture(url, altText, shape, name = altText) {
  const image = el("img", { class: `picture ${shape}`, src: url, alt: altText ?? "", loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(shape === "wide"
    ? el("span", { class: "picture-missing" }, altText || "Picture not loaded")
    : avatar(name || "?", shape)));
  return image;
}
