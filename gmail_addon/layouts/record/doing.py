"""What the menu of a record's card offers to do on it."""

from app.records.seen import Seen
from app.workspaces.access import is_writer
from gmail_addon.card_types import CardAction
from gmail_addon.cards import card_action
from gmail_addon.visit import Visit
from gmail_addon.wording import t


def note_entry(visit: Visit, record: Seen) -> CardAction | None:
    """The form, where colleagues are mentioned by choosing them."""
    return _form(visit, t("Add note"), "note_form", record=record.id)


def call_entry(visit: Visit, record: Seen) -> CardAction | None:
    return _form(visit, t("Log a call"), "activity_form", record=record.id, type="call")


def meeting_entry(visit: Visit, record: Seen) -> CardAction | None:
    return _form(visit, t("Log a meeting"), "activity_form", record=record.id, type="meeting")


def task_entry(visit: Visit, record: Seen) -> CardAction | None:
    return _form(visit, t("New task"), "task_form", record=record.id)


def related_entry(visit: Visit, record: Seen) -> CardAction | None:
    return card_action(t("Related records"), visit.ask("related", record=record.id))


def follow_entry(visit: Visit, record: Seen) -> CardAction | None:
    """For everybody who sees the record."""
    if record.followed:
        return card_action(t("Unfollow"), visit.tell("unfollow", record=record.id))
    return card_action(t("Follow"), visit.tell("follow", record=record.id))


def _form(visit: Visit, words: str, name: str, **parameters: str) -> CardAction | None:
    return card_action(words, visit.ask(name, **parameters)) if is_writer(visit.viewer) else None
