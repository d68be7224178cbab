"""How long a deal has stood in its stage, and whether a correspondent has gone quiet: against what is usual."""

from datetime import timedelta

from app.core.hot import Reader
from app.records.seen import Seen
from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.lookup import Opened
from gmail_addon.text import AMBER, color
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t
from models import Stage
from sync.attribution.turn import Rhythm, rhythm

ASKED_AFTER = timedelta(days=7)
"""A silence about which the rhythm of a correspondence is asked; a shorter one is never quiet."""


def stay_section(visit: Visit, _reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """`12 days in Proposal, usually 8`: amber once it is longer than usual or than the stage allows; no statement.

    Nothing on the first day.
    """
    stage = visit.catalog.stages.get(record.stage_id or "")
    if stage is None or stage.outcome != "open" or record.stage_entered_at is None:
        return None
    days = (visit.now - record.stage_entered_at).days
    if days == 0:
        return None
    allowed = stage.stale_after if stage.stale_after is not None else days
    slow = days > allowed or (stage.usual_days is not None and days > stage.usual_days)
    told = _stood(stage, days)
    return section(decorated_text(color(told, AMBER) if slow else told, icon=icon("CLOCK", t("Time in this stage"))))


def quiet_section(visit: Visit, reader: Reader, person: Seen, _opened: Opened | None) -> Section | None:
    """`Usually answers within 3 days; silent for 12`; one statement, and only after a week without mail."""
    mails = [at for at in (person.last_email_in_at, person.last_email_out_at) if at]
    if not mails or visit.now - max(mails) <= ASKED_AFTER:
        return None
    known = rhythm(reader, viewer=visit.viewer, record_id=person.id, now=visit.now)
    return section(_quiet(known)) if known and known.is_quiet else None


def _stood(stage: Stage, days: int) -> str:
    name = t(stage.name)
    if stage.usual_days is None:
        return t("1 day in {stage}", stage=name) if days == 1 else t("{days} days in {stage}", days=days, stage=name)
    usual = stage.usual_days
    if days == 1:
        return t("1 day in {stage}, usually {usual}", stage=name, usual=usual)
    return t("{days} days in {stage}, usually {usual}", days=days, stage=name, usual=usual)


def _quiet(known: Rhythm) -> Widget:
    usual, silent = max(round(known.gap_days), 1), int(known.silent_days)
    told = (
        t("Usually answers within a day; silent for {silent} days", silent=silent)
        if usual == 1
        else t("Usually answers within {usual} days; silent for {silent}", usual=usual, silent=silent)
    )
    return decorated_text(color(told, AMBER), icon=icon("CLOCK", t("Gone quiet")))
