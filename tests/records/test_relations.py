"""Fields whose values are links."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.database import transaction
from app.core.errors import InvalidInput
from app.core.ids import new_id
from app.records.reading import read_records
from app.records.schema import folder_of_kind, schema_of
from app.records.service import create_record, update_record
from app.workspaces.access import Viewer
from models import Event, FieldChange, FieldDef, Record, RecordLink
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def create(session: Session, viewer: Viewer, kind: str = "contact", **values: object) -> Record:
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=values, viewer=viewer)


def value(session: Session, viewer: Viewer, record: Record, key: str) -> object:
    session.flush()
    folder = folder_of_kind(session, workspace_id=record.workspace_id, kind=record.kind)
    schema = schema_of(session, folder=folder, viewer=viewer)
    return read_records(session, viewer=viewer, schema=schema, records=[record], keys=[key]).values[0][key]


def mirror(session: Session, viewer: Viewer) -> None:
    """A field on contacts that shows the deals they take part in."""
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="contact")
    options = {"kind": "deal", "label": "participant", "inverse": True}
    field = FieldDef(
        id=new_id(),
        workspace_id=folder.workspace_id,
        folder_id=folder.id,
        key="deals",
        name="Deals",
        type="records",
        options=options,
        position=99,
    )
    session.add(field)
    session.flush()


def test_a_new_record_is_linked_by_its_field(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, name="Dana")
        deal = create(session, cast.bob, "deal", name="Crusher", contacts=[dana.id])
        link = session.scalars(select(RecordLink)).one()
        assert (link.from_id, link.to_id, link.label) == (deal.id, dana.id, "participant")
        assert value(session, cast.bob, deal, "contacts") == [dana.id]
        assert "contacts" not in deal.data


def test_a_changed_field_links_and_parts(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana, emil = create(session, cast.bob, name="Dana"), create(session, cast.bob, name="Emil")
        deal = create(session, cast.bob, "deal", name="Crusher", contacts=[dana.id])
        update_record(session, viewer=cast.bob, record_id=deal.id, values={"contacts": [emil.id]})
        assert value(session, cast.bob, deal, "contacts") == [emil.id]
        change = session.scalars(select(FieldChange)).one()
        assert (change.record_id, change.key, change.old, change.new) == (deal.id, "contacts", [dana.id], [emil.id])
        update_record(session, viewer=cast.bob, record_id=deal.id, values={"contacts": None})
        assert value(session, cast.bob, deal, "contacts") is None
        told = session.scalars(select(col(Event.type)).where(col(Event.type).in_(["record.linked", "record.unlinked"])))
        assert list(told).count("record.unlinked") == 2


def test_the_field_on_the_other_side_shows_and_writes_the_same_links(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        mirror(session, cast.alice)
        dana = create(session, cast.bob, name="Dana")
        deal = create(session, cast.bob, "deal", name="Crusher", contacts=[dana.id])
        assert value(session, cast.bob, dana, "deals") == [deal.id]
        update_record(session, viewer=cast.bob, record_id=dana.id, values={"deals": []})
        assert value(session, cast.bob, deal, "contacts") is None
        changes = session.scalars(select(FieldChange).order_by(FieldChange.id)).all()
        assert {(change.record_id, change.key) for change in changes} == {(dana.id, "deals"), (deal.id, "contacts")}
        assert deal.version == 2


def test_links_out_of_sight_are_kept_when_the_rest_is_changed(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        carols, dana = create(session, cast.carol, name="Carols"), create(session, cast.bob, name="Dana")
        deal = create(session, cast.alice, "deal", name="Crusher", contacts=[carols.id], owner=cast.bob.member_id)
        assert value(session, cast.bob, deal, "contacts") is None
        update_record(session, viewer=cast.bob, record_id=deal.id, values={"contacts": [dana.id]})
        assert value(session, cast.alice, deal, "contacts") == [carols.id, dana.id]
        with pytest.raises(InvalidInput, match="choose one from the list"):
            update_record(session, viewer=cast.bob, record_id=deal.id, values={"contacts": [carols.id]})
