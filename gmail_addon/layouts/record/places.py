"""Cards around a record that stand on the stack by themselves: a task, an entry, the whole customer, its links."""

from collections.abc import Callable

from app.core.database import confine, transaction
from app.core.errors import NotFound
from app.core.hot import reading
from app.records.around import LinkedRecord, links_around
from app.records.duplicates.on_card import duplicates_around
from app.records.merging import preview_merge
from app.records.seen import names_of, seen_by_id
from app.timeline.opening import whole_entry
from app.timeline.tasks.listing import get_task
from gmail_addon.card_types import Card
from gmail_addon.layouts.record.at_a_glance import CUSTOMER, KINDS, customer_card
from gmail_addon.layouts.record.duplicates import compare_card, duplicates_card
from gmail_addon.layouts.record.entry import entry_card
from gmail_addon.layouts.record.related import related_card
from gmail_addon.layouts.record.task import task_card
from gmail_addon.parameters import identifier
from gmail_addon.visit import Visit


def _task(visit: Visit, id: str) -> Card:
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        return task_card(visit, get_task(session, viewer=visit.viewer, task_id=identifier(id)))


def _entry(visit: Visit, place: str) -> Card:
    """`record.entry`."""
    record_id, _, entry_id = place.partition(".")
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        seen = whole_entry(session, viewer=visit.viewer, entry_id=identifier(entry_id), record_id=identifier(record_id))
        return entry_card(visit, seen)


def _customer(visit: Visit, id: str) -> Card:
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=identifier(id))
        if record is None or record.kind not in KINDS:
            raise NotFound("This record does not exist, or you have no access to it.")
        return customer_card(visit, reader, record)


def _related(visit: Visit, place: str) -> Card:
    """`record`, or `record.other.label` where these were parted just now."""
    record_id, _, gone = place.partition(".")
    other_id, _, label = gone.partition(".")
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=identifier(record_id))
        if record is None:
            raise NotFound("This record does not exist, or you have no access to it.")
        links = links_around(reader, viewer=visit.viewer, record_id=record.id)
        names = names_of(reader, viewer=visit.viewer, ids=[identifier(other_id)]) if other_id else {}
    is_gone = other_id in names and all((one.id, one.label) != (other_id, label) for one in links)
    parted = LinkedRecord(other_id, "", "", names[other_id], label, inverse=False) if is_gone else None
    return related_card(visit, record, links, parted=parted)


def _duplicates(visit: Visit, place: str) -> Card:
    """`record`, or `record.merge` where that was just made."""
    record_id, _, merge_id = place.partition(".")
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=identifier(record_id))
        if record is None:
            raise NotFound("This record does not exist, or you have no access to it.")
        found = duplicates_around(reader, viewer=visit.viewer, record_id=record.id)
    return duplicates_card(visit, record, found, merge_id=identifier(merge_id) if merge_id else "")


def _compare(visit: Visit, place: str) -> Card:
    """`record.other`."""
    ids = [identifier(id) for id in place.split(".")[:2]]
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        seen = preview_merge(session, viewer=visit.viewer, record_ids=ids)
        return compare_card(session, visit, seen)


RECORD_PLACES: dict[str, Callable[[Visit, str], Card]] = {
    "task": _task,
    "entry": _entry,
    "related": _related,
    "duplicates": _duplicates,
    "compare": _compare,
    CUSTOMER: _customer,
}
