"""Saying which deal the open conversation is about: by name, with a choice where several have it."""

from collections.abc import Sequence

from app.core.errors import SidenoteError
from app.records.picking import Pick
from gmail_addon.card_types import Card, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import text_input
from gmail_addon.layouts.mail.thread import NO_DEAL
from gmail_addon.layouts.parts import BRAND, brief, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon
from gmail_addon.wording import t

DEAL_NAME = "deal_name"


def deal_choice(
    visit: Visit, *, typed: str = "", several: Sequence[Pick] = (), error: SidenoteError | None = None
) -> Card:
    """`several`: the deals that are meant by what was typed, of which one is to be chosen."""
    suggest = visit.call("suggest_deals")
    named = visit.write("choose_deal_on_form", fields=DEAL_NAME)
    return card(
        section(
            *problem(error),
            *(_one_of(visit, pick) for pick in several),
            text_input(DEAL_NAME, t("Deal"), value=typed, autocomplete=suggest),
            button_list(
                button(t("Choose"), run(named), filled=BRAND),
                button(t("No deal"), visit.tell("choose_deal_on_form", deal=NO_DEAL)),
            ),
        ),
        header=header(t("Which deal is this about?")),
        name="deal-choice",
    )


def _one_of(visit: Visit, pick: Pick) -> Widget:
    return decorated_text(
        brief(pick.name),
        icon=icon("DOLLAR", t("Deal")),
        bottom_label=pick.detail or None,
        on_click=visit.tell("choose_deal_on_form", deal=pick.id),
    )
