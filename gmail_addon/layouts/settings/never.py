"""Addresses and domains that are never logged: the list, letting one in again, and adding one."""

from sqlmodel import Session

from app.core.errors import SidenoteError
from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.clicks import run
from gmail_addon.inputs import text_input
from gmail_addon.layouts.parts import brief, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t
from models import Exclusion
from sync.exclusions import exclusions_of

NEVER = "never"
"""The input."""
UNFOLDED, MOST_SHOWN = 5, 40


def never_section(
    session: Session, visit: Visit, *, lifted: str, typed: str = "", error: SidenoteError | None = None
) -> Section:
    """One statement. `typed` is what was refused, with the error."""
    found = exclusions_of(session, viewer=visit.viewer)
    rows = [_row(visit, one) for one in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        rows.append(text_paragraph(t("{count} more are on the web.", count=len(found) - MOST_SHOWN)))
    above = [_undo(visit, lifted)] if lifted else problem(error)
    keep_out = run(visit.write("keep_out", required=(NEVER,), fields=NEVER))
    add = text_input(NEVER, t("Never log an address or a domain"), hint=t("jo@example.com or example.com"), value=typed)
    shown = UNFOLDED + 2 + len(above)
    return section(
        *above, add, button_list(button(t("Never log"), keep_out)), *rows, header=t("Never logged"), shown=shown
    )


def _row(visit: Visit, one: Exclusion) -> Widget:
    mine = one.member_id == visit.viewer.member_id
    remove = button(t("Remove"), visit.tell("log_again", id=one.id)) if mine or visit.viewer.is_admin else None
    return decorated_text(
        brief(one.value),
        bottom_label=t("In your mailboxes") if mine else t("For everybody"),
        icon=icon("EMAIL", t("Address")) if one.kind == "address" else icon("MULTIPLE_PEOPLE", t("Domain")),
        button=remove,
    )


def _undo(visit: Visit, lifted: str) -> Widget:
    scope, _, value = lifted.partition(" ")
    again = visit.tell("never_again", value=value, scope=scope)
    return decorated_text(brief(t("{value} is logged again", value=value)), button=button(t("Undo"), again))
