"""What a record was: saves as people read them, values as of a moment, and changes taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.ids import new_id
from app.records.deals import create_deal, move_stage, stages_of
from app.records.identity import find_by_key
from app.records.past import record_as_of
from app.records.reading import read_records
from app.records.saves import Save, saves_of
from app.records.schema import schema_of
from app.records.service import create_record, update_record
from app.records.shelf import archive_record, delete_record, restore_record
from app.records.undo import undo_batch
from app.workspaces.access import Viewer
from models import Folder, Record
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def create(session: Session, viewer: Viewer, kind: str = "contact", **values: object) -> Record:
    named = {"name": "Dana Diaz", **values}
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=named, viewer=viewer)


def save(session: Session, viewer: Viewer, record: Record, **values: object) -> str:
    """Returns the batch."""
    update_record(session, viewer=viewer, record_id=record.id, values=values)
    return history(session, viewer, record)[0].batch


def history(session: Session, viewer: Viewer, record: Record) -> list[Save]:
    session.flush()
    return saves_of(session, viewer=viewer, record_id=record.id, limit=50)


def told(saves: list[Save]) -> list[dict[str, tuple[str, str]]]:
    return [{change.name: (change.old_text, change.new_text) for change in save.changes} for save in saves]


def value(session: Session, viewer: Viewer, record: Record, key: str) -> object:
    schema = schema_of(session, folder=session.get_one(Folder, record.folder_id), viewer=viewer)
    return read_records(session, viewer=viewer, schema=schema, records=[record], keys=[key]).values[0][key]


def blind(viewer: Viewer, record: Record, key: str) -> Viewer:
    """The viewer without this field."""
    return replace(viewer, access=replace(viewer.access, hidden={record.folder_id: {key: key}}))


def test_history_says_who_changed_what_in_words(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry = create(session, cast.bob, "company", name="Quarry")
        dana = create(session, cast.bob, title="CTO")
        save(session, cast.bob, dana, title="CEO", company=quarry.id)
        save(session, cast.alice, dana, owner=cast.alice.member_id)
        saves = history(session, cast.alice, dana)
        assert told(saves) == [
            {"Owner": ("Bob Berg", "Alice Fairfield")},
            {"Job title": ("CTO", "CEO"), "Company": ("", "Quarry")},
        ]
        assert [save.member for save in saves] == ["Alice Fairfield", "Bob Berg"]
        assert saves[0].changes[0].new == cast.alice.member_id


def test_history_keeps_silent_about_what_is_hidden(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        southern = create(session, cast.carol, "company", name="Southern Stone")
        dana = create(session, cast.bob)
        save(session, cast.bob, dana, title="CEO", tags="vip")
        save(session, cast.alice, dana, company=southern.id)
        save(session, cast.bob, dana, title="Chair")
        assert told(history(session, blind(cast.bob, dana, "title"), dana)) == [
            {"Company": ("", "")},
            {"Tags": ("", "vip")},
        ]
        assert southern.id not in str(history(session, cast.bob, dana))
        with pytest.raises(NotFound):
            history(session, cast.mallory, dana)


def test_history_is_read_page_by_page(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob)
        for number in range(5):
            save(session, cast.bob, dana, title=f"T{number}", linkedin=f"https://in.example/{number}")
        first = saves_of(session, viewer=cast.bob, record_id=dana.id, limit=3)
        place = (first[-1].at, first[-1].batch)
        rest = saves_of(session, viewer=cast.bob, record_id=dana.id, limit=3, before=place)
        assert [save.changes[0].new for save in [*first, *rest]] == ["T4", "T3", "T2", "T1", "T0"]
        assert all(len(save.changes) == 2 for save in [*first, *rest])


def test_a_record_is_read_as_it_was(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        stages = [(stage.id, stage.probability) for stage in stages_of(session, viewer=cast.bob)]
        dana = create(session, cast.bob)
        deal = create_deal(session, viewer=cast.bob, values={"name": "Crusher", "amount": "100"})
        deal_id, dana_id, before = deal.id, dana.id, utcnow()
    with transaction(database.engine) as session:
        save(session, cast.bob, session.get_one(Record, deal_id), amount="250", contacts=[dana_id])
        move_stage(session, viewer=cast.bob, deal_id=deal_id, stage_id=stages[2][0])
        middle = utcnow()
    with transaction(database.engine) as session:
        save(session, cast.bob, session.get_one(Record, deal_id), amount="300", contacts=[])
        archive_record(session, viewer=cast.bob, record_id=deal_id)
    with transaction(database.engine, read_only=True) as session:
        first, second, now = (
            record_as_of(session, viewer=cast.bob, record_id=deal_id, at=at) for at in (before, middle, utcnow())
        )
        assert (first.version, first.values["amount"], first.values["stage"]) == (1, 10_000, stages[0][0])
        assert first.values["contacts"] is None
        assert (second.version, second.values["amount"], second.values["stage"]) == (3, 25_000, stages[2][0])
        assert second.values["contacts"] == [dana_id]
        assert second.values["probability"] == stages[2][1]
        assert (second.archived_at, now.archived_at is not None) == (None, True)
        assert (now.version, now.values["amount"]) == (5, 30_000)
        assert (
            "amount"
            not in record_as_of(
                session,
                viewer=blind(cast.bob, session.get_one(Record, deal_id), "amount"),
                record_id=deal_id,
                at=middle,
            ).values
        )


def test_only_moments_of_its_life_can_be_read(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob)
        for at, refusal in ((timedelta(hours=-1), NotFound), (timedelta(hours=1), InvalidInput)):
            with pytest.raises(refusal):
                record_as_of(session, viewer=cast.bob, record_id=dana.id, at=utcnow() + at)
        session.commit()
        delete_record(session, viewer=cast.alice, record_id=dana.id)
        binned_at = utcnow()
        restore_record(session, viewer=cast.alice, record_id=dana.id)
        with pytest.raises(NotFound, match="bin"):
            record_as_of(session, viewer=cast.bob, record_id=dana.id, at=binned_at)


def test_a_change_is_taken_back_and_that_too(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        emil = create(session, cast.bob, name="Emil")
        deal = create(session, cast.bob, "deal", amount="100", close_on="2026-05-01")
        batch = save(session, cast.bob, deal, amount="250", close_on="2026-06-01", contacts=[emil.id])
        undo_batch(session, viewer=cast.bob, record_id=deal.id, batch=batch)
        assert (deal.amount, deal.close_on.isoformat(), deal.version) == (10_000, "2026-05-01", 3)
        assert value(session, cast.bob, deal, "contacts") is None
        undo_batch(session, viewer=cast.bob, record_id=deal.id, batch=history(session, cast.bob, deal)[0].batch)
        assert (deal.amount, deal.close_on.isoformat(), deal.version) == (25_000, "2026-06-01", 4)
        assert value(session, cast.bob, deal, "contacts") == [emil.id]


def test_keys_follow_a_change_taken_back(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, email="dana@quarry.example")
        batch = save(session, cast.bob, dana, email="d@stone.example")
        undo_batch(session, viewer=cast.bob, record_id=dana.id, batch=batch)
        assert find_by_key(session, viewer=cast.bob, kind="email", value="dana@quarry.example") == [dana]


def test_what_was_changed_since_is_named_and_nothing_is_taken_back(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, title="CTO")
        batch = save(session, cast.bob, dana, title="CEO", linkedin="https://in.example/dana")
        save(session, cast.bob, dana, title="Chair")
        with pytest.raises(Conflict, match=r"^Changed since: Job title\.$"):
            undo_batch(session, viewer=cast.bob, record_id=dana.id, batch=batch)
        assert dana.data["linkedin"] == "https://in.example/dana"


def test_a_stage_move_is_taken_back(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        stages = stages_of(session, viewer=cast.bob)
        deal = create_deal(session, viewer=cast.bob, values={"name": "Crusher"})
        move_stage(session, viewer=cast.bob, deal_id=deal.id, stage_id=stages[-1].id, reason="Pricing")
        moved = history(session, cast.bob, deal)[0]
        assert told([moved])[0]["Stage"] == (stages[0].name, "Lost")
        undo_batch(session, viewer=cast.bob, record_id=deal.id, batch=moved.batch)
        assert (deal.stage_id, deal.status, deal.probability) == (stages[0].id, "open", stages[0].probability)
        assert deal.data["lost_reason"] is None


def test_archiving_and_deleting_are_taken_back(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob)
        archive_record(session, viewer=cast.bob, record_id=dana.id)
        archiving = history(session, cast.bob, dana)[0].batch
        undo_batch(session, viewer=cast.bob, record_id=dana.id, batch=archiving)
        assert dana.archived_at is None
        with pytest.raises(Conflict):
            undo_batch(session, viewer=cast.bob, record_id=dana.id, batch=archiving)
        delete_record(session, viewer=cast.alice, record_id=dana.id, batch=(batch := new_id()))
        with pytest.raises(NotFound):
            undo_batch(session, viewer=cast.bob, record_id=dana.id, batch=batch)
        undo_batch(session, viewer=cast.alice, record_id=dana.id, batch=batch)
        assert dana.deleted_at is None


def test_only_who_may_write_all_of_a_change_takes_it_back(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, title="CTO")
        batch = save(session, cast.bob, dana, title="CEO", tags="vip")
        for viewer, refusal in (
            (blind(cast.bob, dana, "title"), Forbidden),
            (cast.carol, NotFound),
            (cast.mallory, NotFound),
        ):
            with pytest.raises(refusal):
                undo_batch(session, viewer=viewer, record_id=dana.id, batch=batch)
        with pytest.raises(NotFound):
            undo_batch(session, viewer=cast.bob, record_id=dana.id, batch=new_id())
        assert dana.data["title"] == "CEO"
