"""One of everything that a path of the API can name, for each of the cast: what others must not find.

A new name in a path needs a maker: a function of the session, the owner and their records that makes one and gives
its id. It goes into SHARED if colleagues know of it (roles, folders), else into PRIVATE; a name that says nothing by
itself, such as the number of a version, has a value in PLAIN.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.ids import new_id
from app.mail.snippets import create_snippet
from app.records.deals import create_deal
from app.records.merging import merge_records
from app.records.service import create_record
from app.records.shelf import delete_record
from app.timeline.notes import add_note
from app.timeline.tasks import add_task
from app.workspaces.access import Viewer, may, viewer_by_id
from app.workspaces.api_keys import create_api_key
from models import (
    BulkEdit,
    Erasure,
    FieldDef,
    Folder,
    Import,
    Invitation,
    Notification,
    Pipeline,
    QuoteLine,
    Record,
    Role,
    Segment,
    Stage,
    Team,
    Territory,
    View,
)
from tests.cast import granted

MARK = "Zyxwvut"
"""Begins the name of everything that is hidden; no request says it."""
WORD = "granite"
"""What requests search for instead: it is in the same names."""
KINDS = ("company", "contact", "lead", "deal", "ticket", "quote")
"""Of the folders; products are everybody's to read."""
AMOUNT = "98765.43"

PLAIN = {"number": "1"}

Records = Mapping[str, Record]


@dataclass(frozen=True)
class Thing:
    """Something with an id. With a `record`, whoever may read that may know of it; else its owner alone."""

    id: str
    record: Record | None = None

    def is_hidden_from(self, viewer: Viewer) -> bool:
        record = self.record
        return record is None or record.workspace_id != viewer.workspace_id or not may(viewer, "read", record)


def name_of(kind: str, owner: Viewer) -> str:
    """One word that stands nowhere else, and WORD."""
    return f"{MARK}{kind.title()}{owner.name.split()[0]} {WORD.title()}"


def shared_things(session: Session, owner: Viewer) -> dict[str, list[str]]:
    """What the colleagues of an admin know of: ids by the name of the path's parameter."""
    return {name: make(session, owner) for name, make in SHARED.items()}


def private_things(session: Session, owner: Viewer) -> dict[str, list[Thing]]:
    """What the owner keeps to themselves."""
    viewer = viewer_by_id(session, owner.member_id)
    records = {kind: _record(session, viewer, kind) for kind in KINDS}
    made = {name: make(session, viewer, records) for name, make in PRIVATE.items()}
    session.flush()
    for things in made.values():
        for thing in things:
            if thing.record:
                session.refresh(thing.record)
    session.expunge_all()
    return made


def _record(session: Session, owner: Viewer, kind: str) -> Record:
    values: dict[str, object] = {"name": name_of(kind, owner)}
    if kind in ("contact", "lead"):
        values["email"] = f"{MARK}.{kind}@{owner.name.split()[0]}.example".lower()
    if kind == "deal":
        return create_deal(session, viewer=owner, values={**values, "amount": AMOUNT})
    return create_record(session, workspace_id=owner.workspace_id, kind=kind, values=values, viewer=owner)


def _ids(table: type) -> Callable[[Session, Viewer], list[str]]:
    def find(session: Session, owner: Viewer) -> list[str]:
        return list(session.scalars(select(table.id).where(table.workspace_id == owner.workspace_id)))  # type: ignore[attr-defined]

    return find


def _add(
    session: Session,
    row: Team | Territory | Invitation | View | Segment | BulkEdit | Import | Notification | QuoteLine | Erasure,
) -> str:
    session.add(row)
    session.flush()
    return row.id


def _team(session: Session, owner: Viewer) -> list[str]:
    return [_add(session, Team(id=new_id(), workspace_id=owner.workspace_id, name="Blue"))]


def _territory(session: Session, owner: Viewer) -> list[str]:
    return [_add(session, Territory(id=new_id(), workspace_id=owner.workspace_id, name="West", position=9))]


def _invitation(session: Session, owner: Viewer) -> list[str]:
    invitation = Invitation(
        id=new_id(),
        workspace_id=owner.workspace_id,
        role_ids=_role(session, owner),
        email=f"dora@{owner.email.partition('@')[2]}",
        invited_by=owner.member_id,
        created_at=utcnow(),
        expires_at=utcnow() + timedelta(days=9),
    )
    return [_add(session, invitation)]


def _role(session: Session, owner: Viewer) -> list[str]:
    here = select(col(Role.id)).where(col(Role.workspace_id) == owner.workspace_id, col(Role.name) == "Marketing")
    return list(session.scalars(here))


def _folder_of(session: Session, owner: Viewer, kind: str) -> Folder:
    here = select(Folder).where(col(Folder.workspace_id) == owner.workspace_id, col(Folder.kind) == kind)
    return session.scalars(here).one()


def _lead(_session: Session, _owner: Viewer, records: Records) -> list[Thing]:
    return [Thing(records["lead"].id, records["lead"])]


def _records(session: Session, owner: Viewer, records: Records) -> list[Thing]:
    """One of each kind, and one in the bin."""
    binned = _record(session, owner, "contact")
    delete_record(session, viewer=granted(owner, delete="own"), record_id=binned.id)
    return [*(Thing(record.id, record) for record in records.values()), Thing(binned.id)]


def _others(_session: Session, _owner: Viewer, records: Records) -> list[Thing]:
    return [Thing(records["company"].id, records["company"])]


def _quote(_session: Session, _owner: Viewer, records: Records) -> list[Thing]:
    return [Thing(records["quote"].id, records["quote"])]


def _line(session: Session, owner: Viewer, records: Records) -> list[Thing]:
    quote = records["quote"]
    row = QuoteLine(
        id=new_id(),
        workspace_id=owner.workspace_id,
        quote_id=quote.id,
        position=0,
        description=name_of("line", owner),
        unit_price=100,
    )
    return [Thing(_add(session, row), quote)]


def _email(_session: Session, _owner: Viewer, records: Records) -> list[Thing]:
    return [Thing(records[kind].data["email"][0], records[kind]) for kind in ("contact", "lead")]


def _entry(session: Session, owner: Viewer, records: Records) -> list[Thing]:
    deal = records["deal"]
    text = name_of("note", owner)
    return [Thing(add_note(session, viewer=owner, record_ids=[deal.id], text=text), deal)]


def _task(session: Session, owner: Viewer, records: Records) -> list[Thing]:
    deal = records["deal"]
    title = name_of("task", owner)
    return [Thing(add_task(session, viewer=owner, title=title, due_at=utcnow(), record_ids=[deal.id]).id, deal)]


def _key(session: Session, owner: Viewer, _records: Records) -> list[Thing]:
    return [Thing(create_api_key(session, viewer=owner, name=name_of("key", owner))[0].id)]


def _notification(session: Session, owner: Viewer, records: Records) -> list[Thing]:
    row = Notification(
        id=new_id(),
        workspace_id=owner.workspace_id,
        member_id=owner.member_id,
        type="mention",
        title=name_of("notification", owner),
        record_id=records["deal"].id,
        created_at=utcnow(),
    )
    return [Thing(_add(session, row))]


def _bulk(session: Session, owner: Viewer, _records: Records) -> list[Thing]:
    row = BulkEdit(
        id=new_id(),
        workspace_id=owner.workspace_id,
        folder_id=_folder_of(session, owner, "deal").id,
        member_id=owner.member_id,
        values={"next_step": name_of("bulk", owner)},
        total=1,
        state="done",
        created_at=utcnow(),
    )
    return [Thing(_add(session, row))]


def _import(session: Session, owner: Viewer, _records: Records) -> list[Thing]:
    row = Import(
        id=new_id(),
        workspace_id=owner.workspace_id,
        folder_id=_folder_of(session, owner, "deal").id,
        member_id=owner.member_id,
        file_name=f"{name_of('import', owner)}.csv",
        headings=[name_of("heading", owner)],
        state="ready",
        total=1,
        created_at=utcnow(),
    )
    return [Thing(_add(session, row))]


def _view(session: Session, owner: Viewer, _records: Records) -> list[Thing]:
    folder_id = _folder_of(session, owner, "deal").id
    row = View(
        id=new_id(),
        workspace_id=owner.workspace_id,
        folder_id=folder_id,
        name=name_of("view", owner),
        owner_id=owner.member_id,
        columns=["name"],
        created_at=utcnow(),
    )
    return [Thing(_add(session, row))]


def _snippet(session: Session, owner: Viewer, _records: Records) -> list[Thing]:
    return [Thing(create_snippet(session, viewer=owner, name=name_of("snippet", owner), text=WORD).id)]


def _erasure(session: Session, owner: Viewer, _records: Records) -> list[Thing]:
    row = Erasure(
        id=new_id(),
        workspace_id=owner.workspace_id,
        member_id=owner.member_id,
        counts={name_of("erasure", owner): 1},
        started_at=utcnow(),
    )
    return [Thing(_add(session, row))]


def _segment(session: Session, owner: Viewer) -> list[str]:
    """All deals: everybody gets those of them that they may see."""
    row = Segment(
        id=new_id(),
        workspace_id=owner.workspace_id,
        folder_id=_folder_of(session, owner, "deal").id,
        name="Every deal",
        owner_id=owner.member_id,
        created_at=utcnow(),
    )
    return [_add(session, row)]


def _merge(session: Session, owner: Viewer, records: Records) -> list[Thing]:
    """Another contact that went into this one."""
    double = _record(session, owner, "contact")
    dana, may_merge = records["contact"], granted(owner, delete="own")
    made = merge_records(session, viewer=may_merge, into_id=dana.id, record_ids=[double.id])
    return [Thing(made.id, dana)]


SHARED: dict[str, Callable[[Session, Viewer], list[str]]] = {
    "folder_id": _ids(Folder),
    "field_id": lambda session, owner: _ids(FieldDef)(session, owner)[:3],
    "pipeline_id": _ids(Pipeline),
    "stage_id": lambda session, owner: _ids(Stage)(session, owner)[:1],
    "member_id": lambda _session, owner: [owner.member_id],
    "role_id": _role,
    "team_id": _team,
    "territory_id": _territory,
    "invitation_id": _invitation,
    "segment_id": _segment,
}
PRIVATE: dict[str, Callable[[Session, Viewer, Records], list[Thing]]] = {
    "record_id": _records,
    "other_id": _others,
    "lead_id": _lead,
    "quote_id": _quote,
    "line_id": _line,
    "email": _email,
    "entry_id": _entry,
    "task_id": _task,
    "key_id": _key,
    "notification_id": _notification,
    "bulk_id": _bulk,
    "import_id": _import,
    "view_id": _view,
    "snippet_id": _snippet,
    "erasure_id": _erasure,
    "merge_id": _merge,
}
