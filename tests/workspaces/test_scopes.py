"""The rule about a record at hand and the condition in a query must never disagree."""

from itertools import product

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.hot import reading
from app.core.ids import new_id
from app.records.schema import folder_of_kind
from app.workspaces.access import ScopedQuery, Viewer, allowed, may, visible
from app.workspaces.rights import SCOPES
from models import Record
from tests.cast import Cast, gather, granted
from tests.conftest import Database


def write_one_of_each(database: Database, cast: Cast) -> dict[str, Record]:
    """A record for every owner and territory there is, in both workspaces."""
    records = []
    with transaction(database.engine) as session:
        for viewer in (cast.alice, cast.mallory):
            folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="contact")
            owners = (
                None,
                viewer.member_id,
                *((cast.bob.member_id, cast.carol.member_id) if viewer is cast.alice else ()),
            )
            territories = (None, cast.north, cast.south) if viewer is cast.alice else (None,)
            for owner, territory in product(owners, territories):
                record = Record(
                    id=new_id(),
                    workspace_id=viewer.workspace_id,
                    folder_id=folder.id,
                    kind="contact",
                    name="X",
                    owner_id=owner,
                    territory_id=territory,
                    created_at=utcnow(),
                    updated_at=utcnow(),
                )
                session.add(record)
                records.append(record)
        session.flush()
        session.expunge_all()
    return {record.id: record for record in records}


def viewers(cast: Cast) -> list[Viewer]:
    """Every combination of scopes, in the seats of Bob (North) and of Alice (no territory)."""
    seats = (cast.bob, cast.alice, cast.mallory)
    return [granted(seat, read=read, edit=edit) for seat, read, edit in product(seats, SCOPES, SCOPES)]


ids_in_sight = ScopedQuery(lambda see: select(col(Record.id)).where(see(Record)))


def test_queries_and_rules_agree_for_every_role_and_record(database: Database):
    cast = gather(database.engine)
    records = write_one_of_each(database, cast)
    decisions = set()
    for viewer in viewers(cast):
        seen = {
            id
            for id, record in records.items()
            if record.workspace_id == viewer.workspace_id and may(viewer, "read", record)
        }
        changeable = {id for id, record in records.items() if id in seen and may(viewer, "edit", record)}
        with transaction(database.engine, read_only=True) as session:
            assert set(session.scalars(select(Record.id).where(visible(viewer)))) == seen
            assert set(session.scalars(select(Record.id).where(allowed(viewer, "edit")))) == changeable
        with reading(database.engine) as reader:
            assert {row[0] for row in ids_in_sight(reader, viewer)} == seen
        assert changeable <= seen
        assert all(records[id].workspace_id == viewer.workspace_id for id in seen)
        decisions.add((len(seen), len(changeable)))
    assert len(decisions) > 6, "the scopes differ"


@pytest.mark.parametrize(("scope", "names"), [("all", 12), ("territory", 8), ("team", 6), ("own", 6), ("none", 0)])
def test_what_each_scope_shows_bob(database: Database, scope: str, names: int):
    cast = gather(database.engine)
    write_one_of_each(database, cast)
    bob = granted(cast.bob, read=scope)
    with transaction(database.engine, read_only=True) as session:
        assert len(session.scalars(select(Record.id).where(visible(bob))).all()) == names
