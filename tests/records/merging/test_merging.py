"""Records that become one: whose values, what moves, who may."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import perf_counter

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.dispatch import drain
from app.core.errors import Forbidden, InvalidInput, NotFound, SidenoteError
from app.core.ids import new_id
from app.records.bin import binned_records, purge
from app.records.conversion import convert_lead
from app.records.deals import create_deal
from app.records.fieldwork import NewField, create_field
from app.records.identity import find_by_key
from app.records.journey import journey
from app.records.merging import ALL, AlreadyMerged, merge_records, preview_merge, undo_merge
from app.records.merging.stragglers import gather_stragglers
from app.records.saves import saves_of
from app.records.schema import folder_of_kind
from app.records.segments import create_segment
from app.records.service import Outdated, create_record, get_record, update_record
from app.records.shelf import delete_record
from app.timeline.entries import NewEntry, NewLink, add_entries, link_entries
from app.timeline.notes import add_note
from app.workspaces.access import Viewer, viewer_by_id
from models import Event, FirstTouch, Follow, Record, RecordLink, RecordShare, Segment, TaskLink, TimelineLink
from tests.cast import Cast, gather, granted
from tests.conftest import Database
from tests.records.merging.crowd import NOON, make, surround


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def merge(session: Session, viewer: Viewer, into: Record, *others: Record, **choices: str) -> Record:
    ids = [other.id for other in others]
    merge_records(session, viewer=viewer, into_id=into.id, record_ids=ids, choices=choices)
    return get_record(session, viewer=viewer, record_id=into.id)


def test_values_are_united_completed_and_the_latest(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        old = make(session, cast, name="D. Diaz", email=["dana@x.example", "d@y.example"], title="Buyer", phone=None)
        new = make(session, cast, name="Dana Diaz", email=["Dana+crm@X.example", "dd@z.example"], title="Head buyer")
        update_record(session, viewer=cast.alice, record_id=old.id, values={"do_not_call": True})
        update_record(
            session, viewer=cast.alice, record_id=new.id, values={"do_not_email": True, "phone": "+49301234567"}
        )
        one = merge(session, cast.alice, old, new)
        assert one.name == "Dana Diaz"
        assert one.data["email"] == ["dana@x.example", "d@y.example", "dd@z.example"]
        assert (one.data["title"], one.data["phone"]) == ("Head buyer", ["+49301234567"])
        assert (one.data["do_not_call"], one.data["do_not_email"]) == (True, True)


def test_people_choose_whose_value_a_field_takes(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana, double = (
            make(session, cast, name="Dana", title="A", email="a@x.example"),
            make(session, cast, name="Diaz", title="B", email="b@x.example"),
        )
        seen = preview_merge(session, viewer=cast.alice, record_ids=[dana.id, double.id], into_id=dana.id)
        by_key = {choice.field.key: choice for choice in seen.choices}
        assert [one.value for one in by_key["title"].candidates] == ["A", "B"]
        assert by_key["email"].chosen == ALL
        assert by_key["title"].differs
        one = merge(session, cast.alice, dana, double, title=dana.id, email=double.id)
        assert (one.data["title"], one.data["email"]) == ("A", ["b@x.example"])
        assert find_by_key(session, viewer=cast.alice, kind="email", value="a@x.example") == []
        with pytest.raises(InvalidInput, match="no such field"):
            preview_merge(
                session,
                viewer=cast.alice,
                record_ids=[dana.id, make(session, cast, name="X").id],
                choices={"nope": ALL},
            )


def test_all_that_stood_on_the_others_stands_on_the_one(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana, double = make(session, cast, name="Dana"), make(session, cast, name="Dana D", email="d@x.example")
        surround(session, cast, [double])
        surround(session, cast, [dana, double])
        add_note(session, viewer=cast.alice, record_ids=[double.id], text="Met at the fair")
        deal = create_deal(
            session, viewer=cast.alice, values={"name": "Crusher", "amount": "100"}, contact_ids=[double.id]
        )
        double_id, deal_id = double.id, deal.id
        one = merge(session, cast.alice, dana, double)
        for table in (TimelineLink, TaskLink, Follow, RecordShare):
            here = select(func.count()).select_from(table)
            assert session.scalar(here.where(table.record_id == double_id)) == 0
        links = select(func.count()).select_from(TimelineLink).where(col(TimelineLink.record_id) == one.id)
        assert session.scalar(links) == 4
        assert session.get(RecordLink, (deal_id, one.id, "participant"))
        assert (one.open_deals, one.open_amount, one.emails_in) == (1, 10_000, 2)
        assert one.next_task_at is not None
        share = session.get_one(RecordShare, (one.id, cast.carol.member_id))
        assert share.level == "edit"
        assert [found.id for found in find_by_key(session, viewer=cast.alice, kind="email", value="d@x.example")] == [
            one.id
        ]
        told = session.scalars(select(Event).where(col(Event.type) == "record.merged")).one()
        assert (told.subject_id, told.data["records"]) == (one.id, [double_id])


def test_a_company_gets_the_people_and_the_subsidiaries_of_its_double(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry, double = (
            make(session, cast, "company", name="Quarry"),
            make(session, cast, "company", name="Quarry Ltd"),
        )
        dana = make(session, cast, name="Dana", company=double.id)
        child = make(session, cast, "company", name="Pit", parent=double.id)
        ids = dana.id, child.id
        one = merge(session, cast.alice, quarry, double)
        assert session.get_one(Record, ids[0]).company_id == one.id
        assert session.get_one(Record, ids[1]).data["parent"] == one.id


def test_a_lead_becomes_part_of_a_contact(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        lead = make(
            session, cast, "lead", name="Dana Diaz", email="d@x.example", company_name="Quarry", source="Website"
        )
        dana = make(session, cast, name="Dana")
        session.get_one(FirstTouch, lead.id).touched_at = NOON
        seen = preview_merge(session, viewer=cast.alice, record_ids=[lead.id, dana.id])
        assert (seen.into.id, seen.allowed) == (dana.id, True)
        one = merge(session, cast.alice, dana, lead)
        assert (one.kind, one.name, one.data["email"], one.source) == (
            "contact",
            "Dana Diaz",
            ["d@x.example"],
            "Website",
        )
        assert session.get_one(FirstTouch, one.id).touched_at == NOON
        assert journey(session, viewer=cast.alice, record_id=lead.id)[0].phase == "first_touch"


def test_what_is_not_alike_is_not_merged(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana, quarry = make(session, cast, name="Dana"), make(session, cast, "company", name="Quarry")
        deal = make(session, cast, "deal", name="Crusher")
        with pytest.raises(InvalidInput, match="not of the same kind"):
            merge(session, cast.alice, dana, quarry)
        with pytest.raises(InvalidInput, match="at least one other"):
            merge(session, cast.alice, dana, dana)
        quotes = [make(session, cast, "quote", name=name, deal=deal.id) for name in ("Q", "R")]
        with pytest.raises(InvalidInput, match="documents"):
            merge(session, cast.alice, *quotes)


def test_a_merge_needs_the_right_to_edit_the_one_and_to_delete_the_others(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        mine, theirs = (
            create_record(session, workspace_id=cast.workspace_id, kind="contact", values={"name": "D"}, viewer=viewer)
            for viewer in (cast.bob, cast.carol)
        )
        for viewer, refusal in (
            (granted(cast.bob, read="all", edit="own", delete="own"), Forbidden),
            (granted(cast.bob, read="own", edit="own", delete="own"), NotFound),
            (granted(cast.bob, read="all", edit="none", delete="all"), Forbidden),
            (cast.mallory, NotFound),
        ):
            with pytest.raises(refusal):
                merge(session, viewer, mine, theirs)
        one = merge(session, granted(cast.bob, read="all", edit="own", delete="all"), mine, theirs)
        assert one.owner_id == cast.bob.member_id


def test_hidden_values_are_neither_shown_nor_lost(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana, double = make(session, cast, name="Dana"), make(session, cast, name="Dana", title="CEO")
        seen = granted(cast.bob, read="all", edit="all", delete="all")
        seen.access.hidden[dana.folder_id] = ["title"]
        shown = preview_merge(session, viewer=seen, record_ids=[dana.id, double.id])
        assert "title" not in {choice.field.key for choice in shown.choices}
        assert merge(session, seen, dana, double).data["title"] == "CEO"


def test_old_ids_lead_to_the_one_that_stays(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        one, two, three = (make(session, cast, name=name) for name in ("One", "Two", "Three"))
        merge(session, cast.alice, two, one)
        merge(session, cast.alice, three, two)
        assert get_record(session, viewer=cast.alice, record_id=one.id).id == three.id
        changed = update_record(session, viewer=cast.alice, record_id=one.id, values={"title": "CEO"})
        assert changed.id == three.id
        with pytest.raises(NotFound):
            delete_record(session, viewer=cast.alice, record_id=one.id)
        with pytest.raises(NotFound):
            get_record(session, viewer=cast.mallory, record_id=one.id)
        assert binned_records(session, viewer=cast.alice, limit=9) == []
        saves = saves_of(session, viewer=cast.alice, record_id=one.id, limit=9)
        assert [change.key for save in saves for change in save.changes][:1] == ["title"]
        purge(session, [session.get_one(Record, three.id)])
        assert session.scalars(select(Record).where(col(Record.kind) == "contact")).all() == []


def test_merging_again_is_refused_and_names_the_one_that_stays(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        one, two, three = (make(session, cast, name=name) for name in ("One", "Two", "Three"))
        merge(session, cast.alice, one, two)
        for again in ((one, two), (two, three)):
            with pytest.raises(AlreadyMerged) as refused:
                merge(session, cast.alice, *again)
            assert refused.value.details == {"record_id": one.id}
        with pytest.raises(Outdated):
            merge_records(session, viewer=cast.alice, into_id=one.id, record_ids=[three.id], version=1)


def test_of_overlapping_merges_at_once_each_record_goes_one_way(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        ids = [make(session, cast, name=f"Dana {n}").id for n in range(4)]

    def run(into: int, *others: int) -> bool:
        try:
            with transaction(database.engine) as session:
                merge_records(session, viewer=cast.alice, into_id=ids[into], record_ids=[ids[n] for n in others])
        except SidenoteError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, (0, 1, 2, 3), (1, 2, 3, 0), (2, 0, 1, 1)))
    with transaction(database.engine) as session:
        records = [session.get_one(Record, id) for id in ids]
        stays = {get_record(session, viewer=cast.alice, record_id=id).id for id in ids}
        assert any(done)
        assert len(stays) == len([one for one in records if one.merged_into_id is None])
        merged = [one for one in records if one.merged_into_id]
        assert len(merged) == 2 * sum(done)


def test_what_came_to_a_merged_record_meanwhile_follows(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana, double = make(session, cast, name="Dana"), make(session, cast, name="Dana D")
        merge_id = merge_records(session, viewer=cast.alice, into_id=dana.id, record_ids=[double.id]).id
        event = session.scalars(select(Event).where(col(Event.type) == "record.merged")).one()
        surround(session, cast, [double])
        ids = dana.id, double.id
        gather_stragglers(session, event)
        assert session.get_one(Record, ids[0]).emails_in == 1
        undo_merge(session, viewer=cast.alice, merge_id=merge_id)
        assert [session.get_one(Record, id).emails_in for id in ids] == [0, 1]
    drain(database.engine)


def test_ten_thousand_entries_move_within_two_seconds(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        one, two = make(session, cast, "company", name="Quarry"), make(session, cast, "company", name="Quarry Ltd")
        entries = [NewEntry(cast.workspace_id, "note", NOON, "Note", id=new_id()) for _ in range(10_000)]
        add_entries(session, entries)
        link_entries(session, [NewLink(each.id, two.id, NOON, cast.workspace_id, "author") for each in entries])
        ids = one.id, two.id
    began = perf_counter()
    with transaction(database.engine) as session:
        merge_id = merge_records(session, viewer=cast.alice, into_id=ids[0], record_ids=[ids[1]]).id
    merged = perf_counter()
    with transaction(database.engine) as session:
        undo_merge(session, viewer=cast.alice, merge_id=merge_id)
    undone = perf_counter()
    with transaction(database.engine) as session:
        here = select(func.count()).select_from(TimelineLink).where(col(TimelineLink.record_id) == ids[1])
        assert session.scalar(here) == 10_000
    assert merged - began < 5
    assert undone - merged < 10


def test_what_is_configured_with_a_merged_record_goes_on_with_the_one_that_stays(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry, double = (
            make(session, cast, "company", name="Quarry"),
            make(session, cast, "company", name="Quarry Ltd"),
        )
        ids = quarry.id, double.id
        contacts = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact")
        filter = {"field": "company", "op": "is", "value": double.id}
        segment = create_segment(session, viewer=cast.alice, folder_id=contacts.id, name="At Quarry", filter=filter)
        partner = NewField(name="Partner", type="record", options={"kind": "company"}, default=double.id)
        create_field(session, viewer=cast.alice, folder_id=contacts.id, plan=partner)
        segment_id = segment.id
    with transaction(database.engine) as session:
        merge_id = merge_records(
            session, viewer=viewer_by_id(session, cast.alice.member_id), into_id=ids[0], record_ids=[ids[1]]
        ).id
        assert session.get_one(Segment, segment_id).filter["value"] == ids[0]
    for expected in ids:
        with transaction(database.engine) as session:
            alice = viewer_by_id(session, cast.alice.member_id)
            assert make(session, replace(cast, alice=alice), name="New").data["partner"] == expected
            if expected == ids[0]:
                undo_merge(session, viewer=alice, merge_id=merge_id)


def test_nothing_becomes_part_of_a_converted_lead(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        lead, other = make(session, cast, "lead", name="Dana"), make(session, cast, "lead", name="Dana")
        convert_lead(session, viewer=cast.alice, lead_id=lead.id)
        with pytest.raises(InvalidInput, match="was converted"):
            merge(session, cast.alice, lead, other)
