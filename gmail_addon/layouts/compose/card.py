"""Layout E: beside a mail that is being written. Who gets it, what to put into it, and what happens when it is sent.

Gmail draws it over the draft and does not tell it of changes: it is as old as its last click.
"""

from app.core.hot import Reader
from gmail_addon.card_types import Card
from gmail_addon.cards import card, card_action, header
from gmail_addon.composing import Composing, composing
from gmail_addon.layouts.compose.plan import plan_section
from gmail_addon.layouts.compose.recipients import recipients_section
from gmail_addon.layouts.compose.texts import texts_section
from gmail_addon.layouts.frame import reconnect_sections
from gmail_addon.visit import Visit
from gmail_addon.wording import listed, t


def compose_card(visit: Visit, reader: Reader) -> Card:
    """At most seven statements."""
    return drawn(visit, reader, composing(visit, reader))


def drawn(visit: Visit, reader: Reader, made: Composing) -> Card:
    parts = [
        *reconnect_sections(visit),
        recipients_section(visit, made),
        texts_section(visit, reader, made),
        plan_section(visit, made),
    ]
    return card(
        *[part for part in parts if part],
        header=header(_title(made), subtitle=made.deal.name if made.deal else None),
        actions=[
            card_action(t("Refresh recipients"), visit.ask("refresh")),
            card_action(t("Snippets"), visit.ask("snippets")),
        ],
    )


def _title(made: Composing) -> str:
    names = [one.name for one in made.people]
    return t("To {names}", names=listed(names, most=2)) if names else t("Your mail")
