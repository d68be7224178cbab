"""Layout H: the sender's record exists, but the viewer may not see it: who looks after it, and nothing more."""

from gmail_addon.card_types import Card
from gmail_addon.cards import card, header, section
from gmail_addon.layouts.frame import top
from gmail_addon.lookup import Attendee, Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t


def hidden_card(visit: Visit, *, attendee: Attendee, opened: Opened) -> Card:
    kept = decorated_text(
        t("{owner} looks after this contact", owner=attendee.kept_by or t("Someone else")),
        icon=icon("PERSON"),
        bottom_label=t("You have no access to the record: ask its owner or an admin."),
    )
    return card(
        *top(visit, opened),
        section(kept),
        header=header(attendee.name, subtitle=attendee.address),
        name=visit.at or None,
    )
