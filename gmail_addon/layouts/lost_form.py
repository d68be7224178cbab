"""Why a deal was lost: asked when someone moves it there."""

from app.core.errors import SidenoteError
from gmail_addon.card_types import Card
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t

REASONS = ("Price", "Chose a competitor", "No budget", "Bad timing", "No answer", "Missing feature")


def lost_form(
    visit: Visit, *, deal_id: str, stage_id: str, reason: str = "", error: SidenoteError | None = None
) -> Card:
    save = visit.write("lose_deal", required=("reason",), deal=deal_id, stage=stage_id)
    return card(
        section(
            *problem(error),
            text_input("reason", t("Why was it lost?"), value=reason, suggestions=[t(each) for each in REASONS]),
            button_list(button(t("Mark as lost"), run(save), filled=BRAND)),
        ),
        header=header(t("Deal lost")),
        name="lost-form",
    )
