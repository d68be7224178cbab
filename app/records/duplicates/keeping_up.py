"""Keeping the inbox up to date: records that changed are looked at again soon, all of them every night."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import and_, delete, select
from sqlmodel import Session, col

from app.core.bulk import among, insert_into, insert_missing, insert_rows
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.events import react, react_together
from app.core.jobs import JobContext, scheduled
from app.records.duplicates.families import folders_together
from app.records.duplicates.inbox import OPEN, REFUSED, ends
from app.records.duplicates.online import likely_duplicates
from app.records.duplicates.pair import Pair
from app.records.duplicates.policy import KINDS
from app.records.duplicates.searching import AT_LEAST, find_all, pairs_of
from app.records.merged import absorbed_by
from app.records.schema import folder_of, schema_of
from app.records.writing import read_value
from app.workspaces.access import Viewer
from app.workspaces.rights import Access
from models import DuplicateDue, DuplicatePair, Folder, Record, Workspace

AT_ONCE = 20_000
"""Changed records that are looked at together: many, as beyond FEW all others are read to be compared with them."""
WRITTEN_AT_ONCE = 2_000
FEW = 100
"""So many are looked up one by one; for more, it is quicker to read all that they could be."""
_KNOWN_BY = frozenset({"name", "email", "phone", "domain", "company", "address", "archived_at", "deleted_at"})


@react_together("record.created")
def look_at_new(session: Session, events: list[dict[str, Any]]) -> None:
    rows = [_due(event["subject_id"], event) for event in events if event["data"]["kind"] in KINDS]
    insert_rows(session, DuplicateDue, rows)


@react("record.updated")
def look_at_changed(session: Session, event: Mapping[str, Any]) -> None:
    if event["data"]["kind"] in KINDS and not _KNOWN_BY.isdisjoint(event["data"]["changes"]):
        insert_missing(session, DuplicateDue, [_due(event["subject_id"], event)])


@react("record.merged", "record.unmerged")
def look_at_merged(session: Session, event: Mapping[str, Any]) -> None:
    if event["data"]["kind"] in KINDS:
        ids = [event["subject_id"], *event["data"]["records"]]
        insert_missing(session, DuplicateDue, [_due(id, event) for id in ids])


@react("record.purged")
def forget_purged(session: Session, event: Mapping[str, Any]) -> None:
    session.execute(delete(DuplicateDue).where(col(DuplicateDue.record_id) == event["subject_id"]))


@scheduled("duplicates.changed", cron="15 * * * * *")
def look_again(context: JobContext) -> None:
    """Look for duplicates of what changed, in batches."""
    while look_at_some(context):
        context.check_stop()


@scheduled("duplicates.all", cron="35 1 * * *")
def look_at_all(context: JobContext) -> None:
    """Search all folders anew; pairs that are none any more go."""
    with transaction(context.engine, read_only=True) as session:
        places = [
            (workspace_id, folder_ids)
            for workspace_id in session.scalars(select(col(Workspace.id))).all()
            for folder_ids in folders_together(session, workspace_id=workspace_id)
            if session.get_one(Folder, folder_ids[0]).kind in KINDS
        ]
    for workspace_id, folder_ids in places:
        context.check_stop()
        search(context, workspace_id=workspace_id, folder_ids=folder_ids)


def look_at_some(context: JobContext) -> int:
    """Records that changed, of one workspace; returns how many. They are due again if the search fails."""
    with transaction(context.engine, read_only=True) as session:
        if session.scalars(select(col(DuplicateDue.record_id)).limit(1)).first() is None:
            return 0
    with transaction(context.engine) as session:
        workspace_id, ids = _taken(session)
    try:
        _look_at(context, workspace_id, ids)
    except BaseException:
        with transaction(context.engine) as session:
            insert_missing(session, DuplicateDue, [{"record_id": id, "workspace_id": workspace_id} for id in ids])
        raise
    return len(ids)


def search(context: JobContext, *, workspace_id: str, folder_ids: Sequence[str]) -> None:
    """All pairs of these folders. Those found before and not any more go, unless somebody has decided on them."""
    began, found = utcnow(), find_all(context.engine, workspace_id=workspace_id, folder_ids=folder_ids)
    while some := list(islice(found, WRITTEN_AT_ONCE)):
        with transaction(context.engine) as session:
            keep_pairs(session, workspace_id=workspace_id, pairs=some, at=began)
    with transaction(context.engine) as session:
        within = select(col(Record.id)).where(col(Record.folder_id).in_(folder_ids))
        old = and_(col(DuplicatePair.state) == OPEN, col(DuplicatePair.found_at) < began)
        session.execute(delete(DuplicatePair).where(old, col(DuplicatePair.first_id).in_(within)))


def keep_pairs(session: Session, *, workspace_id: str, pairs: Iterable[Pair], at: datetime) -> None:
    """Write pairs down; of those that are there the score and the reasons. What was refused stays refused."""
    pairs = list(pairs)
    refused = _refused(session, pairs)
    rows = [
        {
            "first_id": pair.first_id,
            "second_id": pair.second_id,
            "workspace_id": workspace_id,
            "score": pair.score,
            "reasons": [reason.as_json() for reason in pair.reasons],
            "state": REFUSED if (pair.first_id, pair.second_id) in refused else OPEN,
            "found_at": at,
        }
        for pair in pairs
    ]
    if rows:
        statement = insert_into(session, DuplicatePair)
        news = {name: statement.excluded[name] for name in ("score", "reasons", "found_at")}
        session.connection().execute(
            statement.on_conflict_do_update(index_elements=["first_id", "second_id"], set_=news), rows
        )


def _due(record_id: str, event: Mapping[str, Any]) -> dict[str, str]:
    return {"record_id": record_id, "workspace_id": event["workspace_id"]}


def _taken(session: Session) -> tuple[str, list[str]]:
    """Some of what is due, of one workspace, taken off the list."""
    query = select(DuplicateDue).limit(AT_ONCE).with_for_update(skip_locked=True)
    rows = session.scalars(query).all()
    workspace_id = rows[0].workspace_id if rows else ""
    ids = [row.record_id for row in rows if row.workspace_id == workspace_id]
    session.execute(delete(DuplicateDue).where(among(session, col(DuplicateDue.record_id), ids)))
    return workspace_id, ids


def _look_at(context: JobContext, workspace_id: str, ids: Collection[str]) -> None:
    began = utcnow()
    with transaction(context.engine, read_only=True) as session:
        if len(ids) > FEW:
            found = pairs_of(session, workspace_id=workspace_id, record_ids=ids)
        else:
            found = _find_few(session, workspace_id, ids)
    with transaction(context.engine) as session:
        keep_pairs(session, workspace_id=workspace_id, pairs=_still_there(session, found), at=began)
        old = and_(col(DuplicatePair.state) == OPEN, col(DuplicatePair.found_at) < began)
        for end in (DuplicatePair.first_id, DuplicatePair.second_id):
            session.execute(delete(DuplicatePair).where(old, among(session, col(end), list(ids))))


def _find_few(session: Session, workspace_id: str, ids: Collection[str]) -> list[Pair]:
    """By the index of keys."""
    here = select(Record).where(among(session, col(Record.id), ids), col(Record.deleted_at).is_(None))
    rule, pairs = _sees_all(session, workspace_id), {}
    for record in session.scalars(here.where(col(Record.kind).in_(KINDS), col(Record.archived_at).is_(None))):
        folder = folder_of(session, record)
        fields = schema_of(session, folder=folder).fields
        values = {field.key: read_value(record, field) for field in fields if not field.computed}
        for one in likely_duplicates(session, viewer=rule, folder=folder, values=values, exclude=record.id, limit=20):
            if one.score >= AT_LEAST:
                key = ends(record.id, one.record_id)
                pairs[key] = Pair(*key, one.score, one.reasons)
    return list(pairs.values())


def _sees_all(session: Session, workspace_id: str) -> Viewer:
    """The inbox itself, which knows of every record; what it tells of them is each viewer's to see."""
    version = session.scalar(select(col(Workspace.catalog_version)).where(col(Workspace.id) == workspace_id)) or 0
    return Viewer("", workspace_id, "", "", "UTC", "en", Access(is_admin=True), version)


def _still_there(session: Session, pairs: Collection[Pair]) -> list[Pair]:
    ids = {id for pair in pairs for id in (pair.first_id, pair.second_id)}
    query = select(col(Record.id)).where(among(session, col(Record.id), ids), col(Record.deleted_at).is_(None))
    there = set(session.scalars(query))
    return [pair for pair in pairs if pair.first_id in there and pair.second_id in there]


def _refused(session: Session, pairs: Collection[Pair]) -> set[tuple[str, str]]:
    """Those that somebody said are two, of these records or of what was merged into them since."""
    ids = {id for pair in pairs for id in (pair.first_id, pair.second_id)}
    parts = {id: {id} for id in ids}
    for part, stays in _stays(session, absorbed_by(session, ids)).items():
        parts[stays].add(part)
    every = {part for some in parts.values() for part in some}
    query = select(col(DuplicatePair.first_id), col(DuplicatePair.second_id)).where(
        among(session, col(DuplicatePair.first_id), every), col(DuplicatePair.state) == REFUSED
    )
    said = {tuple(row) for row in session.execute(query)}
    return {
        (pair.first_id, pair.second_id)
        for pair in pairs
        if any(ends(one, other) in said for one in parts[pair.first_id] for other in parts[pair.second_id])
    }


def _stays(session: Session, absorbed: Collection[str]) -> dict[str, str]:
    """The record that each of these merged ones leads to."""
    if not absorbed:
        return {}
    query = select(col(Record.id), col(Record.merged_into_id)).where(among(session, col(Record.id), absorbed))
    into = {id: str(next_id) for id, next_id in session.execute(query)}
    ends_at = dict(into)
    for id in into:
        while ends_at[id] in into:
            ends_at[id] = into[ends_at[id]]
    return ends_at
