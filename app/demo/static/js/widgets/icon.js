/** Icons of widgets: Google's named icons from the sprite, or a picture by URL. */

import { icon } from "../dom.js";
import { InvalidCard } from "./errors.js";
import { picture } from "./picture.js";

const KNOWN_ICONS = new Set(["AIRPLANE", "BOOKMARK", "BUS", "CAR", "CLOCK", "CONFIRMATION_NUMBER_ICON", "DESCRIPTION",
  "DOLLAR", "EMAIL", "EVENT_PERFORMER", "EVENT_SEAT", "FLIGHT_ARRIVAL", "FLIGHT_DEPARTURE", "HOTEL", "HOTEL_ROOM_TYPE",
  "INVITE", "MAP_PIN", "MEMBERSHIP", "MULTIPLE_PEOPLE", "OFFER", "PERSON", "PHONE", "RESTAURANT_ICON", "SHOPPING_CART",
  "STAR", "STORE", "TICKET", "TRAIN", "VIDEO_CAMERA", "VIDEO_PLAY"]);

/** `{knownIcon | iconUrl, altText, imageType}` as an element. */
export function renderIcon(spec) {
  if (spec.knownIcon) {
    if (!KNOWN_ICONS.has(spec.knownIcon)) throw new InvalidCard(`There is no icon named "${spec.knownIcon}".`);
    return icon(spec.knownIcon, spec.altText);
  }
  if (!spec.iconUrl) throw new InvalidCard("An icon needs knownIcon or iconUrl.");
  return picture(spec.iconUrl, spec.altText, spec.imageType === "CIRCLE" ? "circle icon" : "square icon");
}
