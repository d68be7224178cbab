"""Related records, behaviours, staleness and `me`: what they find, and for whom."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.deals import create_deal
from app.records.filters import compile_filter, keys_used
from app.records.schema import folder_of_kind, schema_of
from app.records.service import create_record
from app.timeline.notes import add_note
from app.timeline.tasks import add_task, complete_task
from app.workspaces.access import Viewer, visible
from models import Record, Stage
from tests.cast import Cast, gather, granted
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def create(session: Session, viewer: Viewer, kind: str, **values: object) -> Record:
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=values, viewer=viewer)


def found(session: Session, viewer: Viewer, kind: str, tree: dict[str, Any], **options: Any) -> list[str]:
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind=kind)
    schema = schema_of(session, folder=folder, viewer=viewer)
    condition = compile_filter(session, tree, schema=schema, viewer=viewer, **options)
    query = select(col(Record.name)).where(col(Record.folder_id) == folder.id, visible(viewer), condition)
    return sorted(session.scalars(query))


def test_related_records_are_counted_in_both_directions(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry, mill = (create(session, cast.bob, "company", name=name) for name in ("Quarry", "Mill"))
        dana = create(session, cast.bob, "contact", name="Dana", company=quarry.id)
        for name in ("Crusher", "Belt"):
            create_deal(session, viewer=cast.bob, values={"name": name, "company": quarry.id}, contact_ids=[dana.id])
        create_deal(session, viewer=cast.bob, values={"name": "Wheel", "company": mill.id})
        two = {"related": "deal.company", "op": "count_at_least", "value": 2}
        assert found(session, cast.bob, "company", two) == ["Quarry"]
        assert (
            found(session, cast.bob, "company", {**two, "filter": {"field": "name", "op": "is", "value": "belt"}}) == []
        )
        assert found(session, cast.bob, "company", {"not": two}) == ["Mill"]
        assert found(session, cast.bob, "company", {**two, "op": "count_at_most", "value": 1}) == ["Mill"]
        with_dana = {"related": "contacts", "op": "count_at_least", "value": 1}
        assert found(session, cast.bob, "deal", with_dana) == ["Belt", "Crusher"]
        assert found(session, cast.bob, "contact", {**two, "related": "deal.contacts"}) == ["Dana"]


def test_related_records_out_of_sight_do_not_count(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        bob = granted(cast.bob, read="own")
        secret = create(session, cast.carol, "company", name="Secret", industry="Energy")
        create(session, cast.alice, "contact", name="Dana", company=secret.id, owner=bob.member_id)
        energy = {"field": "company.industry", "op": "is", "value": "Energy"}
        known = {"related": "company", "op": "count_at_least", "value": 1}
        assert found(session, cast.alice, "contact", energy) == ["Dana"]
        assert found(session, bob, "contact", energy) == []
        assert found(session, bob, "contact", known) == []
        assert found(session, bob, "contact", {"field": "company.name", "op": "is_empty"}) == ["Dana"]


def test_me_is_whoever_looks(database: Database, cast: Cast):
    mine = {"field": "owner", "op": "is", "value": "me"}
    with transaction(database.engine) as session:
        create(session, cast.bob, "contact", name="Of Bob")
        create(session, cast.alice, "contact", name="Of Alice")
        assert found(session, cast.bob, "contact", mine) == ["Of Bob"]
        assert found(session, cast.alice, "contact", mine) == ["Of Alice"]
        folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact")
        with pytest.raises(InvalidInput, match="me"):
            compile_filter(session, mine, schema=schema_of(session, folder=folder), viewer=None)


def test_notes_and_tasks_are_behaviours(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana, ed = (create(session, cast.bob, "contact", name=name) for name in ("Dana", "Ed"))
        add_note(session, viewer=cast.bob, record_ids=[dana.id], text="Granite.")
        task = add_task(session, viewer=cast.bob, title="Call", due_at=None, record_ids=[ed.id])
        note = {"behaviour": "note", "op": "within", "days": 7}
        assert found(session, cast.bob, "contact", note) == ["Dana"]
        assert found(session, cast.bob, "contact", {**note, "op": "not_within"}) == ["Ed"]
        assert found(session, cast.bob, "contact", note, now=utcnow() + timedelta(days=8)) == []
        done = {"behaviour": "task_done", "op": "ever"}
        assert found(session, cast.bob, "contact", done) == []
        complete_task(session, viewer=cast.bob, task_id=task.id)
        assert found(session, cast.bob, "contact", done) == ["Ed"]
        assert found(session, cast.bob, "contact", {"behaviour": "task_done", "op": "never"}) == ["Dana"]


def test_a_deal_is_stale_when_it_stands_longer_than_its_stage_should_take(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        deal = create_deal(session, viewer=cast.bob, values={"name": "Crusher"})
        session.flush()
        days = session.get_one(Stage, deal.stage_id).stale_after
        stale = {"field": "stale", "op": "is", "value": True}
        assert days
        for late, names in ((-1, []), (1, ["Crusher"])):
            assert found(session, cast.bob, "deal", stale, now=utcnow() + timedelta(days=days + late)) == names


def test_what_every_record_has_can_be_asked_for(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = create(session, cast.bob, "contact", name="Dana")
        by_bob = {"field": "created_by", "op": "is", "value": cast.bob.member_id}
        today = {"field": "created_at", "op": "within", "value": {"last": 1, "unit": "hours"}}
        itself = {"field": "id", "op": "is", "value": dana.id}
        kept = {"field": "archived", "op": "is", "value": False}
        assert found(session, cast.bob, "contact", {"and": [by_bob, today, itself, kept]}) == ["Dana"]
        assert found(session, cast.bob, "contact", {"field": "archived", "op": "is", "value": True}) == []


def test_the_fields_that_a_filter_uses_are_known():
    tree = {
        "and": [
            {"field": "company.industry", "op": "is", "value": "x"},
            {"not": {"related": "deal.company", "op": "count_at_least", "value": 1, "filter": {"field": "amount"}}},
        ]
    }
    assert keys_used(tree) == {"company.industry", "deal.company", "deal.company.amount"}


def test_text_is_looked_for_in_all_that_the_viewer_may_read(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        create(session, cast.bob, "contact", name="Dana Díaz", title="Chief Technician", email="dana@quarry.example")
        create(session, cast.bob, "contact", name="Zoe Zhang", title="Clerk")
        for text in ("diaz dan", "quarry chief", "dana@quarry.example"):
            assert found(session, cast.bob, "contact", {"text": text}) == ["Dana Díaz"]
        assert found(session, cast.bob, "contact", {"not": {"text": "dana"}}) == ["Zoe Zhang"]
        assert found(session, cast.bob, "contact", {"text": "!"}) == []
        folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact")
        blind = replace(cast.bob, access=replace(cast.bob.access, hidden={folder.id: {"title": ""}}))
        assert found(session, blind, "contact", {"text": "chief"}) == []
        assert found(session, blind, "contact", {"text": "diaz"}) == ["Dana Díaz"]
        schema = schema_of(session, folder=folder, viewer=cast.bob)
        with pytest.raises(InvalidInput):
            compile_filter(session, {"text": "dana", "op": "is"}, schema=schema, viewer=cast.bob)


def test_text_of_related_records_is_looked_for_among_those_in_sight(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry = create(session, cast.bob, "company", name="Quarry Ltd")
        create(session, cast.bob, "contact", name="Dana Diaz", company=quarry.id)
        tree = {"related": "company", "op": "count_at_least", "value": 1, "filter": {"text": "quar"}}
        assert found(session, cast.bob, "contact", tree) == ["Dana Diaz"]
