"""The form that logs a call or meeting: saved as it stands, it took place just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.errors import SidenoteError
from app.records.picking import Pick
from app.timeline.activities import OUTCOMES
from app.timeline.text import MAX_TEXT
from gmail_addon.card_types import Card, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import check_boxes, datetime_picker, dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t

NOTHING = "none"
MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180)
FIELDS = "people,text,began"


@dataclass(frozen=True, slots=True)
class ActivityDraft:
    """What the form holds. `people` are those around the record who may have taken part, `took_part` ids of them.

    `entry` is the call or meeting to change, "" for a new one.
    """

    type: str
    record: str
    entry: str = ""
    outcome: str = ""
    minutes: int | None = None
    began: datetime | None = None
    people: Sequence[Pick] = ()
    took_part: Sequence[str] = ()
    text: str = ""


def activity_form(visit: Visit, draft: ActivityDraft, *, error: SidenoteError | None = None) -> Card:
    save = visit.write("save_activity", fields=FIELDS, record=draft.record, type=draft.type, entry=draft.entry)
    titles = {"call": t("Log a call"), "meeting": t("Log a meeting")}
    changes = {"call": t("Change the call"), "meeting": t("Change the meeting")}
    return card(
        section(
            *problem(error),
            _outcome(draft),
            _minutes(draft),
            datetime_picker("began", t("When"), zone=visit.zone, value=draft.began or visit.now),
            *_people(draft),
            text_input("text", t("What was said?"), value=draft.text, multiline=True, limit=MAX_TEXT),
            button_list(button(t("Save"), run(save), filled=BRAND)),
        ),
        header=header((changes if draft.entry else titles)[draft.type]),
        name="activity-form",
    )


def _outcome(draft: ActivityDraft) -> Widget:
    known = [option(each, t(each), selected=each == draft.outcome) for each in OUTCOMES[draft.type]]
    return dropdown("outcome", option(NOTHING, t("Not said"), selected=not draft.outcome), *known, label=t("Outcome"))


def _minutes(draft: ActivityDraft) -> Widget:
    lengths = sorted({*MINUTES, *([draft.minutes] if draft.minutes else [])})
    known = [option(str(each), t("{count} minutes", count=each), selected=each == draft.minutes) for each in lengths]
    return dropdown("minutes", option(NOTHING, t("Not said"), selected=not draft.minutes), *known, label=t("Duration"))


def _people(draft: ActivityDraft) -> list[Widget]:
    if draft.entry or not draft.people:
        return []
    options = [option(one.id, one.label, selected=one.id in draft.took_part) for one in draft.people]
    return [check_boxes("people", *options, label=t("Who took part"))]
