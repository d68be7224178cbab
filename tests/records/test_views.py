"""Views and segments: whose they are, what they may ask, and what becomes of them when fields change."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.database import transaction
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.records.listing import count_records, list_records
from app.records.schema import folder_of_kind, schema_of
from app.records.segments import contains, create_segment, freeze, members_of, segments_of, update_segment
from app.records.service import create_record, update_record
from app.records.uses import uses_of_field
from app.records.views import (
    create_view,
    delete_view,
    get_view,
    known_columns,
    pin_view,
    pinned_ids,
    unpin_view,
    update_view,
    views_of,
)
from app.workspaces.access import Viewer
from app.workspaces.template.views import VIEWS
from models import Event, FieldDef, Folder, Record, Segment, View
from tests.cast import Cast, gather
from tests.conftest import Database

RICH = {"field": "amount", "op": "at_least", "value": "1000"}


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with transaction(database.engine) as opened:
        yield opened


def folder(session: Session, cast: Cast, kind: str = "deal") -> Folder:
    return folder_of_kind(session, workspace_id=cast.workspace_id, kind=kind)


def field(session: Session, folder_id: str, key: str) -> FieldDef:
    found = select(FieldDef).where(col(FieldDef.folder_id) == folder_id, col(FieldDef.key) == key)
    return session.scalars(found).one()


def blind(viewer: Viewer, folder_id: str, key: str) -> Viewer:
    return replace(viewer, access=replace(viewer.access, hidden={folder_id: {key: key}}))


def test_a_new_workspace_has_views_that_work_for_everybody(session: Session, cast: Cast):
    for viewer in (cast.alice, cast.bob):
        seen = views_of(session, viewer=viewer)
        assert {view.name for view in seen} == {plan.name for plan in VIEWS}
        assert all(view.owner_id is None and view.shared for view in seen)
        for view in seen:
            schema = schema_of(session, folder=session.get_one(Folder, view.folder_id), viewer=viewer)
            list_records(session, viewer=viewer, schema=schema, filter=view.filter, sort=view.sort)
            assert known_columns(session, viewer=viewer, view=view) == view.columns
    defaults = [view.folder_id for view in views_of(session, viewer=cast.alice) if view.is_default]
    assert len(defaults) == len(set(defaults)) == 7


def test_a_private_view_is_its_owners_alone(session: Session, cast: Cast):
    deals = folder(session, cast)
    view = create_view(session, viewer=cast.bob, folder_id=deals.id, values={"name": "Rich", "filter": RICH})
    assert get_view(session, viewer=cast.bob, view_id=view.id).name == "Rich"
    for other in (cast.alice, cast.carol, cast.mallory):
        assert view.id not in {one.id for one in views_of(session, viewer=other)}
        with pytest.raises(NotFound):
            get_view(session, viewer=other, view_id=view.id)
        with pytest.raises(NotFound):
            update_view(session, viewer=other, view_id=view.id, values={"name": "Mine"})
    update_view(session, viewer=cast.bob, view_id=view.id, values={"name": "Very rich"})
    delete_view(session, viewer=cast.bob, view_id=view.id)
    with pytest.raises(NotFound):
        get_view(session, viewer=cast.bob, view_id=view.id)
    told = session.scalars(select(col(Event.type)).where(col(Event.subject_id) == view.id)).all()
    assert sorted(told) == ["view.changed", "view.created", "view.deleted"]


def test_sharing_needs_the_power_to(session: Session, cast: Cast):
    deals = folder(session, cast)
    shared = {"name": "Rich", "shared": True, "is_default": True}
    with pytest.raises(Forbidden):
        create_view(session, viewer=cast.bob, folder_id=deals.id, values=shared)
    view = create_view(session, viewer=cast.alice, folder_id=deals.id, values=shared)
    assert get_view(session, viewer=cast.carol, view_id=view.id).name == "Rich"
    with pytest.raises(Forbidden):
        update_view(session, viewer=cast.bob, view_id=view.id, values={"name": "Mine"})
    with pytest.raises(Forbidden):
        delete_view(session, viewer=cast.bob, view_id=view.id)
    defaults = [one.name for one in views_of(session, viewer=cast.bob, folder_id=deals.id) if one.is_default]
    assert defaults == ["Rich"]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"name": " "}, "name"),
        ({"name": "x", "columns": ["nothing"]}, "fields"),
        ({"name": "x", "columns": ["company.nothing"]}, "fields"),
        ({"name": "x", "filter": {"field": "nothing", "op": "is", "value": 1}}, "filter.field"),
        ({"name": "x", "sort": ["nothing"]}, "sort"),
        ({"name": "x", "sort": ["name", "-name"]}, "sort"),
        ({"name": "x", "group_by": "name"}, "group_by"),
        ({"name": "x", "layout": "board"}, "group_by"),
        ({"name": "x", "layout": "poster"}, "layout"),
        ({"name": "x", "is_default": True}, "is_default"),
        ({"name": "x", "colour": "red"}, "colour"),
    ],
)
def test_a_view_that_could_not_be_shown_is_not_saved(session: Session, cast: Cast, values: dict[str, Any], where: str):
    with pytest.raises(InvalidInput) as refused:
        create_view(session, viewer=cast.alice, folder_id=folder(session, cast).id, values=values)
    assert refused.value.field == where


def test_pins_are_each_members_own(session: Session, cast: Cast):
    view = next(view for view in views_of(session, viewer=cast.bob) if view.name == "My open deals")
    pin_view(session, viewer=cast.bob, view_id=view.id)
    pin_view(session, viewer=cast.bob, view_id=view.id)
    session.flush()
    assert pinned_ids(session, viewer=cast.bob) == {view.id}
    assert pinned_ids(session, viewer=cast.carol) == set()
    unpin_view(session, viewer=cast.bob, view_id=view.id)
    session.flush()
    assert pinned_ids(session, viewer=cast.bob) == set()
    with pytest.raises(NotFound):
        pin_view(session, viewer=cast.mallory, view_id=view.id)


def test_a_view_about_a_hidden_field_is_not_there(session: Session, cast: Cast):
    deals, companies = folder(session, cast), folder(session, cast, "company")
    about = {"field": "company.industry", "op": "is", "value": "Energy"}
    plans: list[dict[str, Any]] = [{"filter": RICH}, {"sort": ["-amount"]}, {"filter": {"not": about}}]
    made = [
        create_view(session, viewer=cast.alice, folder_id=deals.id, values={"name": "x", "shared": True, **plan})
        for plan in plans
    ]
    listed = create_view(
        session,
        viewer=cast.alice,
        folder_id=deals.id,
        values={"name": "y", "shared": True, "columns": ["name", "amount", "company.industry"]},
    )
    no_amount, no_industry = blind(cast.bob, deals.id, "amount"), blind(cast.bob, companies.id, "industry")
    for viewer, gone in ((no_amount, made[:2]), (no_industry, made[2:])):
        seen = {view.id for view in views_of(session, viewer=viewer)}
        assert seen.isdisjoint(view.id for view in gone)
        for view in gone:
            with pytest.raises(NotFound):
                get_view(session, viewer=viewer, view_id=view.id)
    assert known_columns(session, viewer=no_amount, view=listed) == ["name", "company.industry"]
    assert known_columns(session, viewer=no_industry, view=listed) == ["name", "amount"]


def test_renaming_a_field_changes_nothing_and_its_uses_are_known(session: Session, cast: Cast):
    deals, companies = folder(session, cast), folder(session, cast, "company")
    industry, forecast = field(session, companies.id, "industry"), field(session, deals.id, "forecast")
    about = {"field": "company.industry", "op": "is", "value": "Energy"}
    big = {
        "related": "deal.company",
        "op": "count_at_least",
        "value": 1,
        "filter": {"field": "forecast", "op": "is_empty"},
    }
    view = create_view(session, viewer=cast.alice, folder_id=deals.id, values={"name": "Energetic", "filter": about})
    create_segment(session, viewer=cast.alice, folder_id=companies.id, name="Vague", filter=big)
    industry.name = "Branch"
    session.flush()
    assert get_view(session, viewer=cast.alice, view_id=view.id).filter == about
    used = {(use.kind, use.name) for use in uses_of_field(session, industry)}
    assert used == {("view", "Energetic"), ("view", "All companies"), ("view", "Customers at risk")}
    assert [(use.kind, use.name) for use in uses_of_field(session, forecast)] == [("segment", "Vague")]
    assert uses_of_field(session, field(session, deals.id, "lost_note")) == []


def lead(session: Session, viewer: Viewer, name: str, amount: int) -> Record:
    values = {"name": name, "amount": str(amount)}
    return create_record(session, workspace_id=viewer.workspace_id, kind="lead", values=values, viewer=viewer)


def members(session: Session, viewer: Viewer, segment: Segment) -> list[str]:
    filter, kept = members_of(segment)
    schema = schema_of(session, folder=session.get_one(Folder, segment.folder_id), viewer=viewer)
    page = list_records(session, viewer=viewer, schema=schema, filter=filter, within=kept, sort=["name"])
    assert count_records(session, viewer=viewer, schema=schema, filter=filter, within=kept).value == len(page.records)
    return [record.name for record in page.records]


def test_a_live_segment_follows_and_a_frozen_one_keeps(session: Session, cast: Cast):
    leads = folder(session, cast, "lead")
    dana, ed = lead(session, cast.bob, "Dana", 2000), lead(session, cast.bob, "Ed", 10)
    live = create_segment(session, viewer=cast.bob, folder_id=leads.id, name="Rich", filter=RICH)
    kept = create_segment(session, viewer=cast.bob, folder_id=leads.id, name="Rich then", filter=RICH, frozen=True)
    update_record(session, viewer=cast.bob, record_id=dana.id, values={"amount": "1"})
    update_record(session, viewer=cast.bob, record_id=ed.id, values={"amount": "5000"})
    session.flush()
    assert members(session, cast.bob, live) == ["Ed"]
    assert members(session, cast.bob, kept) == ["Dana"]
    assert contains(session, viewer=cast.bob, segment=kept, record_id=dana.id)
    assert not contains(session, viewer=cast.bob, segment=live, record_id=dana.id)
    frozen_at = kept.frozen_at
    assert freeze(session, viewer=cast.bob, segment_id=kept.id).frozen_at == frozen_at
    with pytest.raises(Conflict):
        update_segment(session, viewer=cast.bob, segment_id=kept.id, values={"filter": {}})


def test_a_segment_shows_each_member_what_they_may_see(session: Session, cast: Cast):
    leads = folder(session, cast, "lead")
    lead(session, cast.bob, "Of Bob", 2000)
    lead(session, cast.carol, "Of Carol", 2000)
    for frozen in (False, True):
        segment = create_segment(
            session, viewer=cast.alice, folder_id=leads.id, name="Rich", filter=RICH, frozen=frozen
        )
        assert members(session, cast.alice, segment) == ["Of Bob", "Of Carol"]
        assert members(session, cast.bob, segment) == ["Of Bob"]
        with pytest.raises(Forbidden):
            update_segment(session, viewer=cast.bob, segment_id=segment.id, values={"name": "Mine"})
    assert segments_of(session, viewer=cast.mallory) == []
    assert segments_of(session, viewer=blind(cast.bob, leads.id, "amount")) == []


def test_views_of_another_workspace_stay_there(session: Session, cast: Cast):
    theirs = {view.id for view in session.scalars(select(View).where(col(View.workspace_id) == cast.workspace_id))}
    assert theirs.isdisjoint(view.id for view in views_of(session, viewer=cast.mallory))
    with pytest.raises(NotFound):
        create_view(session, viewer=cast.mallory, folder_id=folder(session, cast).id, values={"name": "x"})
