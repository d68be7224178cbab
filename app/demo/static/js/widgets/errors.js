/** The card breaks the format, so Gmail would not show it. */
export class InvalidCard extends Error {}
