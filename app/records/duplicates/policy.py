"""What a likely duplicate meets: nothing, a warning, or a refusal, as its folder says for where it comes from.

Asked in one place, below every surface: whenever a person or program makes a record or changes what it is known by.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from app.core.errors import Conflict, InvalidInput
from app.core.locks import hold
from app.records.duplicates.online import likely_duplicates
from app.records.duplicates.pair import Likely
from app.records.identity import PEOPLE, keys_of
from app.records.schema import Schema
from app.records.writing import read_value
from app.workspaces.access import Viewer, visible
from models import FieldDef, Folder, Record, RecordKey

OFF, WARN, BLOCK = MODES = ("off", "warn", "block")
SOURCES = ("card", "page", "api", "import", "form", "sync")
KINDS = (*PEOPLE, "company")
"""Of records that stand for somebody or something outside: there is one of each."""
NAMING = ("email", "domain")
"""Types of fields, and kinds of keys, that name one person or company alone."""
CERTAIN = 0.95
"""The least probability that blocks where no address is the same."""
_SOURCES = {"hand": "page", "card": "card", "api": "api", "import": "import", "form": "form", "mail": "sync"}
_NOTICED = "likely duplicates"


class DuplicateRecord(Conflict):
    """The folder takes no duplicates from here; `details["record_id"]` is the existing record, if it may be seen."""

    code = "duplicate"

    def __init__(self, known: Likely | None, *, field: str | None) -> None:
        who = known.name if known else "Another record"
        super().__init__(f"{who} may be the same: open that one, or make this one different.", field=field)
        self.details = {"record_id": known.record_id, "name": known.name, "score": known.score} if known else {}


def mode_for(folder: Folder, *, via: str) -> str:
    """What a likely duplicate meets that comes in this way (`first_touch.WAYS`)."""
    source = _SOURCES.get(via)
    if source is None or folder.kind not in KINDS:
        return OFF
    return folder.duplicates.get(source, WARN)


def checked_policy(given: Mapping[str, Any]) -> dict[str, str]:
    """The policy of a folder without what goes without saying. Raises InvalidInput."""
    for source, mode in given.items():
        if source not in SOURCES:
            raise InvalidInput(f"duplicates: {source} is none of {', '.join(SOURCES)}.", field="duplicates")
        if mode not in MODES:
            raise InvalidInput(f"duplicates: {source} is one of {', '.join(MODES)}.", field="duplicates")
    return {source: str(mode) for source, mode in given.items() if mode != WARN}


def whole_policy(folder: Folder) -> dict[str, str]:
    """The mode of every source."""
    return {source: folder.duplicates.get(source, WARN) for source in SOURCES}


def check_duplicates(
    session: Session,
    *,
    viewer: Viewer | None,
    record: Record,
    schema: Schema,
    via: str,
    keys: Collection[str] | None = None,
) -> None:
    """Call with the values written and before its keys are. Raises DuplicateRecord, or notes what is likely.

    `schema` has all fields of the folder, `keys` are those of the fields that changed (None: the record is new).
    """
    mode = mode_for(schema.folder, via=via)
    if viewer is None or mode == OFF or (keys is not None and not _is_known_by(schema.fields, keys)):
        return
    values = {field.key: read_value(record, field) for field in schema.fields if not field.computed}
    namesake = _namesake(session, viewer, record, schema.fields) if mode == BLOCK else None
    found = likely_duplicates(session, viewer=viewer, folder=schema.folder, values=values, exclude=record.id)
    if namesake:
        known = next((one for one in found if one.record_id == namesake.id), None)
        seen = Likely(namesake.id, namesake.name, 1.0, ()) if namesake.id else None
        raise DuplicateRecord(known or seen, field=namesake.field)
    if mode == BLOCK and found and found[0].score >= CERTAIN:
        raise DuplicateRecord(found[0], field=None)
    session.info.setdefault(_NOTICED, {})[record.id] = found


def likely_noticed(session: Session, *, record: Record) -> list[Likely]:
    """The records that one written in this transaction may be the same as, likeliest first."""
    noticed: dict[str, list[Likely]] = session.info.get(_NOTICED, {})
    return noticed.get(record.id, [])


def _is_known_by(fields: Iterable[FieldDef], keys: Collection[str]) -> bool:
    return any(field.key in keys and (field.column == "name" or field.type in (*NAMING, "phone")) for field in fields)


@dataclass(frozen=True, slots=True)
class _Namesake:
    """A record with the same address or domain, in this `field`; without id and name where it may not be seen."""

    id: str
    name: str
    field: str


def _namesake(session: Session, viewer: Viewer, record: Record, fields: Sequence[FieldDef]) -> _Namesake | None:
    """The keys are locked: of two records saved at once with the same address, the later one meets the earlier."""
    keys = sorted(key for key in keys_of(record.kind, record.name, record.data, fields) if key[0] in NAMING)
    for kind, value in keys:
        hold(session, f"duplicate:{record.workspace_id}:{kind}:{value}")
    if not keys:
        return None
    same = or_(*(and_(col(RecordKey.kind) == kind, col(RecordKey.value) == value) for kind, value in keys))
    query = (
        select(col(Record.id), col(Record.name), col(RecordKey.kind), visible(viewer).label("seen"))
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .where(col(RecordKey.workspace_id) == record.workspace_id, same, col(Record.id) != record.id)
        .where(col(Record.kind).in_(PEOPLE if record.kind in PEOPLE else (record.kind,)))
    )
    rows = sorted(session.execute(query.limit(20)), key=lambda row: (not row.seen, row.id))
    if not rows:
        return None
    field = next(field.key for field in fields if field.type == rows[0].kind)
    return _Namesake(rows[0].id, rows[0].name, field) if rows[0].seen else _Namesake("", "", field)
