"""The people of every test: Alice (admin), Bob and Carol (reps in different territories), and Mallory next door."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.ids import new_id
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.invitations import invite
from app.workspaces.roles import roles
from app.workspaces.seats import refresh_access
from app.workspaces.signin import Identity, sign_in
from models import Mailbox, Member, RecordShare, Territory
from models.base import metadata

COMPANY = "fairfield.example"
ALICE = Identity("sub-alice", "alice@fairfield.example", "Alice Fairfield", hosted_domain=COMPANY)
BOB = Identity("sub-bob", "bob@fairfield.example", "Bob Berg", hosted_domain=COMPANY)
CAROL = Identity("sub-carol", "carol@fairfield.example", "Carol Chen", hosted_domain=COMPANY)
MALLORY = Identity("sub-mallory", "mallory@elsewhere.example", "Mallory Marsh")


def granted(viewer: Viewer, *, territories: list[str] | None = None, **rights: str) -> Viewer:
    """The viewer with these rights in every folder instead of those of their role, e.g. `edit="none"`."""
    folders = {folder: {**held, **rights} for folder, held in viewer.access.folders.items()}
    places = viewer.access.territories if territories is None else territories
    return replace(viewer, access=replace(viewer.access, is_admin=False, folders=folders, territories=places))


@dataclass(frozen=True)
class Cast:
    """One workspace with Alice, Bob (North) and Carol (South), each with a mailbox; Mallory has another workspace.

    `mailboxes` are ids by member id.
    """

    alice: Viewer
    bob: Viewer
    carol: Viewer
    mallory: Viewer
    north: str
    south: str
    mailboxes: dict[str, str]

    @property
    def workspace_id(self) -> str:
        return self.alice.workspace_id


def gather(engine: Engine) -> Cast:
    """The cast, seated in an empty database.

    Seating takes longer than most tests: a process does it once, and later writes the same rows under new ids.
    """
    if not _seatings:
        cast = _seat(engine)
        _seatings.append(_Seating(cast, _rows_in(engine), utcnow()))
        return cast
    return _seated_again(engine, _seatings[0])


def _seat(engine: Engine) -> Cast:
    with transaction(engine) as session:
        alice = viewer_by_id(session, sign_in(session, ALICE).id)
        north, south = _territory(session, alice, "North"), _territory(session, alice, "South")
        bob = _rep(session, alice, BOB, north)
        carol = _rep(session, alice, CAROL, south)
        mallory = viewer_by_id(session, sign_in(session, MALLORY).id)
        mailboxes = {viewer.member_id: add_mailbox(session, viewer) for viewer in (alice, bob, carol, mallory)}
    return Cast(alice, bob, carol, mallory, north, south, mailboxes)


@dataclass(frozen=True)
class _Seating:
    """A cast and every row it left in the database at that time."""

    cast: Cast
    rows: dict[str, list[dict[str, Any]]]
    at: datetime


_seatings: list[_Seating] = []
_ID = re.compile(r"[0-9a-hjkmnp-tv-z]{26}")


def _rows_in(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        found = {table: connection.execute(select(table)).mappings().all() for table in metadata.sorted_tables}
    return {table.name: [dict(row) for row in rows] for table, rows in found.items() if rows}


def _seated_again(engine: Engine, seating: _Seating) -> Cast:
    """The same people at other ids, in the order of the first ones, and as much later as it is."""
    old = sorted({str(row["id"]) for rows in seating.rows.values() for row in rows if "id" in row})
    ids, later = {id: new_id() for id in old}, utcnow() - seating.at

    def anew(value: Any) -> Any:
        if isinstance(value, str):
            return _ID.sub(lambda found: ids.get(found[0], found[0]), value) if len(value) >= len(old[0]) else value
        if isinstance(value, datetime):
            return value + later
        if isinstance(value, dict):
            return {key: anew(each) for key, each in value.items()}
        return [anew(each) for each in value] if isinstance(value, list) else value

    first = seating.cast
    with transaction(engine) as session:
        for name, rows in seating.rows.items():
            session.connection().execute(metadata.tables[name].insert(), [anew(row) for row in rows])
        people = (first.alice, first.bob, first.carol, first.mallory)
        alice, bob, carol, mallory = (viewer_by_id(session, ids[viewer.member_id]) for viewer in people)
    mailboxes = {ids[member]: ids[mailbox] for member, mailbox in first.mailboxes.items()}
    return Cast(alice, bob, carol, mallory, ids[first.north], ids[first.south], mailboxes)


def shared_with(engine: Engine, cast: Cast, record_id: str, viewer: Viewer, *, level: str = "read") -> None:
    """Bob opens a record to this colleague."""
    with transaction(engine) as session:
        share = {"record_id": record_id, "member_id": viewer.member_id, "level": level}
        shared_by = {"shared_by": cast.bob.member_id, "workspace_id": cast.workspace_id}
        session.add(RecordShare(**share, **shared_by, created_at=utcnow()))
        session.flush()
        refresh_access(session, workspace_id=cast.workspace_id)


def add_mailbox(session: Session, viewer: Viewer, *, address: str | None = None, state: str = "live") -> str:
    """A connected mailbox of this member; returns its id."""
    mailbox = Mailbox(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        member_id=viewer.member_id,
        address=address or viewer.email,
        state=state,
        synced_at=utcnow(),
        created_at=utcnow(),
    )
    session.add(mailbox)
    session.flush()
    return mailbox.id


def _territory(session: Session, alice: Viewer, name: str) -> str:
    territory = Territory(id=new_id(), workspace_id=alice.workspace_id, name=name)
    session.add(territory)
    session.flush()
    return territory.id


def _rep(session: Session, alice: Viewer, identity: Identity, territory_id: str) -> Viewer:
    rep = next(role for role in roles(session, viewer=alice) if role.name == "Rep")
    invite(session, viewer=alice, email=identity.email, role_ids=[rep.id])
    member = session.get_one(Member, sign_in(session, identity).id)
    member.territory_id = territory_id
    refresh_access(session, workspace_id=alice.workspace_id)
    return viewer_by_id(session, member.id)
