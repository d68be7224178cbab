"""A merge that is undone leaves the store as it was."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.dispatch import drain
from app.core.errors import Conflict
from app.records.merging import AlreadyUndone, merge_records, undo_merge
from app.records.service import get_record, update_record
from models import Record
from tests.cast import Cast, gather
from tests.conftest import Database
from tests.records.merging.crowd import NOON, differences, everything, make, plan_mail, surround


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


texts = st.sampled_from([None, "Dana", "Diaz", "Zoë", "x" * 200])
emails = st.lists(st.sampled_from(["a@x.example", "A+1@x.example", "b@x.example", "c@x.example"]), unique=True)
values = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Dana Diaz", "D. Diaz", "Diaz, Dana", "Übel"]),
        "email": emails,
        "title": texts,
        "lifecycle": st.sampled_from([None, "Lead", "SQL", "Customer"]),
        "tags": st.lists(st.sampled_from(["vip", "VIP", "new"]), unique=True),
        "do_not_email": st.booleans(),
        "address": st.sampled_from([None, {"city": "Bonn"}]),
    }
)
some = st.sets(st.sampled_from(["a", "b", "both", "deals", "linked"]))


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(one=values, two=values, around=some)
def test_undoing_a_merge_restores_every_table(
    database: Database, cast: Cast, one: dict[str, Any], two: dict[str, Any], around: set[str]
):
    with transaction(database.engine) as session:
        first, second = make(session, cast, **one), make(session, cast, **two)
        ids = first.id, second.id
        for name, records in {"a": [first], "b": [second], "both": [first, second]}.items():
            if name in around:
                surround(session, cast, records, at=NOON + timedelta(hours=len(name)))
        if "deals" in around:
            company = make(session, cast, "company", name="Quarry")
            make(session, cast, "deal", name="D", contacts=[ids[1]], company=company.id)
            make(session, cast, "ticket", name="T", contact=ids[1])
        if "linked" in around:
            update_record(session, viewer=cast.alice, record_id=ids[1], values={"lifecycle": "Churned"})
    drain(database.engine)
    before = everything(database.engine)
    with transaction(database.engine) as session:
        merge_id = merge_records(session, viewer=cast.alice, into_id=ids[0], record_ids=[ids[1]]).id
    drain(database.engine)
    merged = everything(database.engine)
    assert merged["record"][(ids[1],)]["merged_into_id"] == ids[0]
    with transaction(database.engine) as session:
        assert undo_merge(session, viewer=cast.alice, merge_id=merge_id).kept == []
    drain(database.engine)
    after = everything(database.engine)
    assert differences(before, after) == []
    assert before["field_change"].items() <= after["field_change"].items()


def test_deals_companies_and_products_come_back_too(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        pairs = {}
        for kind in ("company", "deal", "product", "ticket"):
            first, second = make(session, cast, kind, name="One"), make(session, cast, kind, name="Two")
            surround(session, cast, [first, second])
            pairs[kind] = (first.id, second.id)
        child_id = make(session, cast, "company", name="Child", parent=pairs["company"][1]).id
        update_record(session, viewer=cast.alice, record_id=pairs["company"][0], values={"parent": pairs["company"][1]})
        make(session, cast, "contact", name="Dana", company=pairs["company"][1])
        plan_mail(session, cast, session.get_one(Record, pairs["deal"][1]))
    drain(database.engine)
    before = everything(database.engine)
    with transaction(database.engine) as session:
        merges = [
            merge_records(session, viewer=cast.alice, into_id=into, record_ids=[gone]).id
            for into, gone in pairs.values()
        ]
        assert session.get_one(Record, child_id).data["parent"] == pairs["company"][0]
        assert session.get_one(Record, pairs["company"][0]).data["parent"] is None
    with transaction(database.engine) as session:
        for merge_id in reversed(merges):
            undo_merge(session, viewer=cast.alice, merge_id=merge_id)
    drain(database.engine)
    assert differences(before, everything(database.engine)) == []


def test_what_was_edited_since_stays_and_is_said(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        first = make(session, cast, name="Dana", title="CTO", email="a@x.example")
        second = make(session, cast, name="Dana Diaz", title="CEO", email="b@x.example")
        ids = first.id, second.id
        merge_id = merge_records(session, viewer=cast.alice, into_id=ids[0], record_ids=[ids[1]]).id
    with transaction(database.engine) as session:
        update_record(
            session, viewer=cast.alice, record_id=ids[1], values={"title": "Chair", "phone": "+49 228 123456"}
        )
    with transaction(database.engine) as session:
        undone = undo_merge(session, viewer=cast.alice, merge_id=merge_id)
        assert [(one.name, one.count) for one in undone.kept] == [("Job title", 1)]
    with transaction(database.engine) as session:
        dana, diaz = (get_record(session, viewer=cast.alice, record_id=id) for id in ids)
        assert (dana.name, dana.data["title"], dana.data["phone"]) == ("Dana", "Chair", ["+49228123456"])
        assert (diaz.name, diaz.data["title"], diaz.data["email"]) == ("Dana Diaz", "CEO", ["b@x.example"])
        assert dana.data["email"] == ["a@x.example"]
        with pytest.raises(AlreadyUndone):
            undo_merge(session, viewer=cast.alice, merge_id=merge_id)


def test_merges_are_undone_in_the_order_of_their_chain(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        ids = [make(session, cast, name=name).id for name in ("One", "Two", "Three")]
        first = merge_records(session, viewer=cast.alice, into_id=ids[1], record_ids=[ids[0]]).id
        second = merge_records(session, viewer=cast.alice, into_id=ids[2], record_ids=[ids[1]]).id
    with transaction(database.engine) as session:
        assert get_record(session, viewer=cast.alice, record_id=ids[0]).id == ids[2]
        with pytest.raises(Conflict, match="undo that merge first"):
            undo_merge(session, viewer=cast.alice, merge_id=first)
        undo_merge(session, viewer=cast.alice, merge_id=second)
        undo_merge(session, viewer=cast.alice, merge_id=first)
        assert [get_record(session, viewer=cast.alice, record_id=id).id for id in ids] == ids
