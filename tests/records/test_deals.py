import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.database import transaction
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.records.deals import create_deal, move_stage, stages_of
from app.records.service import create_record
from app.workspaces.access import Viewer
from models import Event, Record, StageChange
from tests.cast import Cast, gather
from tests.conftest import Database
from tests.records.linked import linked_records


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def stage(session: Session, viewer: Viewer, name: str) -> str:
    return next(stage.id for stage in stages_of(session, viewer=viewer) if stage.name == name)


def crusher(session: Session, viewer: Viewer, **values: object) -> Record:
    return create_deal(session, viewer=viewer, values={"name": "Crusher", **values})


def moves(session: Session, deal: Record) -> list[Event]:
    of_deal = select(Event).where(col(Event.subject_id) == deal.id, col(Event.type) == "deal.stage_changed")
    return list(session.scalars(of_deal.order_by(col(Event.id))))


def test_a_deal_starts_in_the_first_stage_with_its_participants(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create_record(
            session, workspace_id=cast.workspace_id, kind="contact", values={"name": "Dana"}, viewer=cast.bob
        )
        values = {"name": "Crusher", "amount": "99,000,000.50"}
        deal = create_deal(session, viewer=cast.bob, values=values, contact_ids=[dana.id, dana.id])
        assert (deal.stage_id, deal.status, deal.probability) == (stage(session, cast.bob, "Prospecting"), "open", 10)
        assert (deal.amount, deal.currency, deal.version) == (9_900_000_050, "EUR", 1)
        assert linked_records(session, viewer=cast.bob, record_id=deal.id, label="participant") == [dana]


def test_moving_changes_probability_and_leaves_a_trace(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deal = crusher(session, cast.bob)
        for name, probability, status in (("Proposal", 50, "open"), ("Won", 100, "won")):
            move_stage(session, viewer=cast.bob, deal_id=deal.id, stage_id=stage(session, cast.bob, name))
            assert (deal.probability, deal.status) == (probability, status)
        assert deal.version == 3
        assert deal.data["stage_changes"] == 2
        changes = session.scalars(select(StageChange).order_by(col(StageChange.id))).all()
        assert [change.from_stage_id for change in changes] == [None, *(change.to_stage_id for change in changes[:-1])]
        assert [event.data["stage"] for event in moves(session, deal)] == ["Prospecting", "Proposal", "Won"]


def test_moving_to_where_it_stands_changes_nothing(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deal = crusher(session, cast.bob)
        for _ in range(2):
            move_stage(session, viewer=cast.bob, deal_id=deal.id, stage_id=stage(session, cast.bob, "Proposal"))
        assert (deal.version, len(moves(session, deal))) == (2, 2)


@pytest.mark.parametrize("reason", [None, "", "  \0", "x" * 1_001])
def test_a_lost_deal_needs_a_reason_however_it_gets_lost(database: Database, cast: Cast, reason: str | None):
    with transaction(database.engine) as session:
        deal, lost = crusher(session, cast.bob), stage(session, cast.bob, "Lost")
        with pytest.raises(InvalidInput) as refusal:
            move_stage(session, viewer=cast.bob, deal_id=deal.id, stage_id=lost, reason=reason)
        assert refusal.value.field == "lost_reason"
        with pytest.raises(InvalidInput):
            crusher(session, cast.bob, stage=lost, lost_reason=reason)
        assert deal.status == "open"


def test_the_reason_stays_while_the_deal_is_lost(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        lost = stage(session, cast.bob, "Lost")
        deal = crusher(session, cast.bob, stage=lost, lost_reason="Bought used")
        assert (deal.status, deal.data["lost_reason"]) == ("lost", "Bought used")
        move_stage(session, viewer=cast.bob, deal_id=deal.id, stage_id=stage(session, cast.bob, "Proposal"))
        assert (deal.status, deal.data["lost_reason"]) == ("open", None)


def test_stages_of_another_workspace_are_none_here(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deal, theirs = crusher(session, cast.bob), stage(session, cast.mallory, "Proposal")
        with pytest.raises(InvalidInput):
            move_stage(session, viewer=cast.bob, deal_id=deal.id, stage_id=theirs)
        with pytest.raises(InvalidInput):
            crusher(session, cast.bob, stage=theirs)


def test_only_deals_move_and_only_for_those_who_may(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        proposal = stage(session, cast.bob, "Proposal")
        alices, carols = crusher(session, cast.alice), crusher(session, cast.carol)
        alices.territory_id = cast.north
        session.flush()
        with pytest.raises(Forbidden):
            move_stage(session, viewer=cast.bob, deal_id=alices.id, stage_id=proposal)
        with pytest.raises(NotFound):
            move_stage(session, viewer=cast.bob, deal_id=carols.id, stage_id=proposal)
        person = create_record(
            session, workspace_id=cast.workspace_id, kind="contact", values={"name": "Dana"}, viewer=cast.bob
        )
        with pytest.raises(InvalidInput):
            move_stage(session, viewer=cast.bob, deal_id=person.id, stage_id=proposal)
