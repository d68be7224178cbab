"""Rows that several cards share: deals, tasks, timeline entries, follow-ups, and what went wrong in a form."""

from collections.abc import Sequence
from typing import cast

from app.core.errors import SidenoteError
from app.core.hot import Reader
from app.records.seen import Seen
from app.timeline.deals import Deal
from app.timeline.entry_types import entry_type
from app.timeline.feed import Entry, newest_entries
from app.timeline.glance import DueTask
from app.workspaces.access import may
from gmail_addon.card_types import KnownIcon, Section, Widget
from gmail_addon.cards import section
from gmail_addon.inputs import dropdown, option
from gmail_addon.layouts.entry_words import entry_title
from gmail_addon.lookup import Opened
from gmail_addon.refusals import refusal_words
from gmail_addon.text import RED, Markup, bold, color, esc, lines, plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import day, money, t, when
from models import Task

BRAND = "#0b6b5d"
SHOWN_ENTRIES, UNFOLDED_ENTRIES = 5, 2
NAME_LENGTH, SUMMARY_LENGTH, NOTE_LENGTH = 150, 120, 400
FOLLOW_UPS = ((1, "Tomorrow"), (3, "In 3 days"), (5, "In a week"))
"""Working days, and how a button says it."""


def brief(text: str) -> Markup:
    """A name or subject on a row. Strangers choose it, and whatever its length the card must stay small."""
    return esc(plain(text, NAME_LENGTH))


def problem(error: SidenoteError | None) -> list[Widget]:
    """The red line above a form that was refused."""
    return [text_paragraph(color(refusal_words(error), RED))] if error else []


def deal_widgets(visit: Visit, deal: Deal) -> list[Widget]:
    """The deal, and its stage: a dropdown that moves it in one click, where the viewer may."""
    if not (may(visit.viewer, "edit", deal) and visit.stages_beside(deal.stage_id)):
        return [deal_row(visit, deal, t(deal.stage), deal_facts(visit, deal))]
    return [deal_row(visit, deal, deal_facts(visit, deal)), stage_dropdown(visit, deal.id, deal.stage_id)]


def deal_row(visit: Visit, deal: Deal, *facts: str) -> Widget:
    return decorated_text(
        bold(brief(deal.name)),
        icon=icon("DOLLAR", t("Deal")),
        bottom_label=" · ".join(filter(None, facts)) or None,
        on_click=visit.ask("open_record", id=deal.id),
    )


def deal_facts(visit: Visit, deal: Deal | Seen) -> str:
    """`€12,500 · closes 12 Mar`. Empty when roles hide both."""
    return " · ".join(filter(None, (money_words(visit, deal), closing_words(visit, deal))))


def money_words(visit: Visit, deal: Deal | Seen) -> str:
    if visit.viewer.access.hides(deal.folder_id, "amount"):
        return ""
    return money(deal.amount, deal.currency) if deal.amount is not None else t("No amount yet")


def closing_words(visit: Visit, deal: Deal | Seen) -> str:
    """A deal that is won or lost closes no more."""
    stage = visit.catalog.stages.get(deal.stage_id or "")
    if deal.close_on is None or (stage and stage.outcome != "open"):
        return ""
    today = visit.now.astimezone(visit.zone).date()
    on = day(deal.close_on, today)
    return t("closes {day}", day=on) if deal.close_on >= today else t("was to close {day}", day=on)


def stage_dropdown(visit: Visit, record_id: str, stage_id: str) -> Widget:
    stages = visit.stages_beside(stage_id)
    options = [option(stage.id, t(stage.name), selected=stage.id == stage_id) for stage in stages]
    moving = visit.write("move_stage", deal=record_id)
    return dropdown(f"stage.{record_id}", *options, label=t("Stage"), on_change=moving)


def task_widgets(visit: Visit, tasks: Sequence[DueTask]) -> list[Widget]:
    return [task_row(visit, task, changeable=task.assignee_id == visit.viewer.member_id) for task in tasks]


def task_row(visit: Visit, task: DueTask, *, changeable: bool) -> Widget:
    """An open task, and a button that ticks it off where the viewer may."""
    due, overdue = due_words(visit, task)
    mine = task.assignee_id == visit.viewer.member_id
    answered = when(task.answered_at, visit.now, visit.zone) if task.answered_at else None
    facts = (
        "" if overdue else due,
        "" if mine else task.assignee,
        t("they wrote {when}", when=answered) if answered else "",
    )
    return decorated_text(
        lines(brief(task.title), color(t("Overdue: {due}", due=due), RED)) if overdue else brief(task.title),
        icon=icon("CLOCK", t("Task")),
        bottom_label=" · ".join(fact for fact in facts if fact),
        on_click=visit.ask("open_task", id=task.id),
        button=button(t("Done"), visit.tell("complete_task", task=task.id)) if changeable else None,
    )


def due_words(visit: Visit, task: DueTask | Task) -> tuple[str, bool]:
    """When a task is due, and whether that is past; one for a whole day is not before the day is over."""
    if task.due_at is None:
        return t("No date"), False
    if not task.all_day:
        return when(task.due_at, visit.now, visit.zone), task.due_at < visit.now
    on, today = (moment.astimezone(visit.zone).date() for moment in (task.due_at, visit.now))
    return day(on, today), on < today


def follow_up_widgets(visit: Visit, *, record_id: str, title: str, lead: str = "") -> list[Widget]:
    """Three buttons, each of which makes a task in one click, and one that opens the form. `lead` stands above."""
    buttons = [
        button(t(label), visit.tell("follow_up", record=record_id, days=str(days), title=title[:200]))
        for days, label in FOLLOW_UPS
    ]
    form = button(t("Other…"), visit.ask("task_form", record=record_id, title=title[:200]))
    remind = t("Remind me to follow up")
    words = decorated_text(lead or remind, icon=icon("CLOCK", t("Follow up")), bottom_label=remind if lead else None)
    return [words, button_list(*buttons, form)]


def latest_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """The latest entries of its timeline, folded after the first two, and a way to the older ones; one statement."""
    entries = newest_entries(reader, viewer=visit.viewer, record_id=record.id, limit=SHOWN_ENTRIES + 1)
    if not entries:
        return None
    shown = entries[:SHOWN_ENTRIES]
    rows = [entry_widget(visit, entry, record_id=record.id) for entry in shown]
    if len(entries) > SHOWN_ENTRIES:
        rows.append(button_list(button(t("Older"), visit.ask("timeline", record=record.id))))
    return section(*rows, header=t("Timeline"), shown=UNFOLDED_ENTRIES)


def entry_widget(visit: Visit, entry: Entry, *, record_id: str) -> Widget:
    """An entry as one row that opens it: who and when, what, and how it begins."""
    at = when(entry.occurred_at, visit.now, visit.zone)
    is_note = entry.type in ("note", "comment") and not entry.locked
    return decorated_text(
        esc(entry.summary, limit=NOTE_LENGTH) if is_note else brief(entry_title(entry)),
        top_label=" · ".join(part for part in (_pinned(entry), who_did(visit, entry), at) if part),
        bottom_label=None if is_note else plain(entry.summary, SUMMARY_LENGTH),
        icon=icon(cast(KnownIcon, entry_type(entry.type).icon)),
        on_click=visit.ask("open_entry", id=entry.id, record=record_id),
    )


def _pinned(entry: Entry) -> str:
    return t("Pinned") if entry.pinned else ""


def who_did(visit: Visit, entry: Entry) -> str:
    if entry.actor == visit.viewer.name:
        return t("You")
    return entry.actor or str(entry.data.get("from_name") or entry.data.get("from_address") or "")
