"""Possible duplicates: looked at side by side, merged, refused, split again."""

from sqlmodel import Session

from app.core.database import confine, transaction
from app.core.errors import InvalidInput
from app.records.duplicates.decisions import refuse
from app.records.merging import merge_records, preview_merge, undo_merge
from app.records.service import get_record
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.places import card_at
from gmail_addon.layouts.record.duplicates import TAKE, compare_card
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t


@shows("duplicates")
def open_duplicates(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"duplicates:{id_parameter(visit, 'record')}")))


@shows("compare")
def open_compare(visit: Visit) -> Response:
    return render_action(push(card_at(visit, _compared(visit))))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    place = visit.standing(_compared(visit))
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        ids = [id_parameter(visit, "record"), id_parameter(visit, "other")]
        seen = preview_merge(session, viewer=visit.viewer, record_ids=ids, into_id=ids[0])
        return update(compare_card(session, place, seen, error=error))


@writes("merge_pair", again=_again)
def merge_pair(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    into_id, other_id, form = id_parameter(visit, "record"), id_parameter(visit, "other"), visit.event.form
    shown = [name for name in form.fields if name.startswith(TAKE)]
    choices = {name.removeprefix(TAKE): chosen for name in shown if (chosen := form.choice(name))}
    made = merge_records(session, viewer=visit.viewer, into_id=into_id, record_ids=[other_id], choices=choices)
    name = get_record(session, viewer=visit.viewer, record_id=made.into_id).name
    return Done(t("{name} is one record now", name=name), at=f"duplicates:{made.into_id}.{made.id}")


@writes("refuse_pair")
def refuse_pair(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    record_id, other_id = id_parameter(visit, "record"), id_parameter(visit, "other")
    refuse(session, viewer=visit.viewer, record_id=record_id, other_id=other_id)
    return Done(t("They stay two records"), at=f"duplicates:{record_id}")


@writes("undo_merge")
def split(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    undone = undo_merge(session, viewer=visit.viewer, merge_id=id_parameter(visit, "merge"))
    at = f"duplicates:{undone.merge.into_id}"
    if undone.kept:
        return Done(t("They are two again; what was edited since stays"), at=at)
    return Done(t("They are two records again"), at=at)


def _compared(visit: Visit) -> str:
    return f"compare:{id_parameter(visit, 'record')}.{id_parameter(visit, 'other')}"
