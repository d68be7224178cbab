/** `image`: a picture over the full width, which may be clicked. */

import { el } from "../dom.js";
import { bindClick } from "./click.js";
import { InvalidCard } from "./errors.js";
import { picture } from "./picture.js";

export function renderImage(image, host) {
  if (!image.imageUrl) throw new InvalidCard("An image needs imageUrl.");
  const shown = picture(image.imageUrl, image.altText, "wide");
  if (!image.onClick) return shown;
  return bindClick(el("button", { type: "button", class: "image-button", "aria-label": image.altText ?? "Open" }, shown),
    image.onClick, host);
}
