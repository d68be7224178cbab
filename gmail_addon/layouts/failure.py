"""Layout I: something went wrong, and a way to try again."""

from gmail_addon.card_types import Card
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import action, run
from gmail_addon.layouts.parts import BRAND
from gmail_addon.site import Site
from gmail_addon.widgets import button, button_list, text_paragraph
from gmail_addon.wording import t


def failure_card(site: Site, *, message: str, incident: str | None = None) -> Card:
    """`incident` finds the error in the log, when it was none that we foresaw."""
    retry = run(action(site.action, {"a": "refresh"}))
    told = [text_paragraph(message)]
    if incident:
        told.append(text_paragraph(t("If it stays, tell your admin this number: {incident}", incident=incident)))
    return card(
        section(*told, button_list(button(t("Retry"), retry, filled=BRAND))),
        header=header(t("That did not work")),
    )
