import pytest
from sqlmodel import Session

from app.api.record_shape import record_out
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.links import link_records
from app.records.service import create_record
from app.workspaces.access import Viewer
from models import Record
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def create(session: Session, viewer: Viewer, kind: str = "contact", **values: object) -> Record:
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=values, viewer=viewer)


def test_a_record_shows_its_values_as_json(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deal = create(session, cast.bob, "deal", name="Crusher", amount="1200.50", close_on="2026-05-01")
        dana = create(session, cast.bob, name="Dana Diaz")
        link_records(session, workspace_id=deal.workspace_id, from_id=deal.id, to_id=dana.id, label="participant")
        shown = record_out(session, viewer=cast.bob, record=deal)
        assert (shown.id, shown.kind, shown.name, shown.version) == (deal.id, "deal", "Crusher", 1)
        assert shown.values["amount"] == 120_050
        assert shown.values["close_on"] == "2026-05-01"
        assert shown.values["contacts"] == [dana.id]
        assert shown.expanded == {}


def test_values_are_sparse_and_references_expanded_on_demand(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry = create(session, cast.bob, "company", name="Quarry")
        dana = create(session, cast.bob, name="Dana Diaz", company=quarry.id)
        shown = record_out(session, viewer=cast.bob, record=dana, fields=["title"], expand=["owner", "company"])
        assert shown.values == {"title": None}
        assert shown.model_dump()["expanded"] == {
            "owner": {"id": cast.bob.member_id, "name": "Bob Berg"},
            "company": {"id": quarry.id, "name": "Quarry"},
        }
        for wrong in ({"fields": ["shoe_size"]}, {"expand": ["title"]}):
            with pytest.raises(InvalidInput):
                record_out(session, viewer=cast.bob, record=dana, **wrong)


def test_references_out_of_sight_are_left_out(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        carols = create(session, cast.carol, "company", name="Southern Stone")
        dana = create(session, cast.alice, name="Dana Diaz", company=carols.id, owner=cast.bob.member_id)
        assert record_out(session, viewer=cast.alice, record=dana).values["company"] == carols.id
        shown = record_out(session, viewer=cast.bob, record=dana, expand=["company"])
        assert shown.values["company"] is None
        assert shown.expanded == {"company": None}
