"""Filters that are wrong, too large or ask for what is hidden are refused in words that name the place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.records.filters import compile_filter
from app.records.schema import folder_of_kind, schema_of
from app.workspaces.access import Viewer
from models import Record
from tests.cast import Cast, gather
from tests.conftest import Database

NAME = {"field": "name", "op": "contains", "value": "a"}


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def run(session: Session, viewer: Viewer, tree: Any, kind: str = "deal") -> list[str]:
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind=kind)
    condition = compile_filter(session, tree, schema=schema_of(session, folder=folder, viewer=viewer), viewer=viewer)
    return list(session.scalars(select(col(Record.id)).where(condition)))


def deep(levels: int) -> dict[str, Any]:
    return {"not": deep(levels - 1)} if levels else NAME


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"and": [NAME, {"field": "amount", "op": "at_least", "value": "lots"}]}, "filter.and.1.value"),
        ({"field": "amount", "op": "contains", "value": 1}, "filter.op"),
        ({"field": "amount", "op": "at_least"}, "filter.value"),
        ({"field": "nothing", "op": "is", "value": 1}, "filter.field"),
        ({"field": "company.nothing", "op": "is", "value": 1}, "filter.field"),
        ({"field": "company.parent.name", "op": "is", "value": "x"}, "filter.field"),
        ({"field": "close_on", "op": "before", "value": "soon"}, "filter.value"),
        ({"field": "close_on", "op": "within", "value": {"last": 0, "unit": "days"}}, "filter.value"),
        ({"field": "close_on", "op": "within", "value": {"last": 10**9, "unit": "years"}}, "filter.value"),
        ({"field": "close_on", "op": "before", "value": "9999-12-31"}, "filter.value"),
        ({"field": "owner", "op": "is", "value": "Bob Berg"}, "filter.value"),
        ({"field": "owner", "op": "is_any_of", "value": ["me", 7]}, "filter.value.1"),
        ({"field": "priority", "op": "at_least", "value": "Enormous"}, "filter.value"),
        ({"field": "name", "op": "is_empty", "value": "x"}, "filter.value"),
        ({"field": "name", "op": "is", "value": "x", "extra": 1}, "filter"),
        ({"field": "name", "op": "contains", "value": "x" * 301}, "filter.value"),
        ({"field": "name", "op": "contains", "value": "\ud800"}, "filter"),
        ({"field": "amount", "op": "is", "value": 10**400}, "filter"),
        ({"field": "owner", "op": "is_any_of", "value": ["me"] * 1001}, "filter.value"),
        ({"behaviour": "email_in", "op": "within"}, "filter.days"),
        ({"behaviour": "sneezed", "op": "ever"}, "filter.behaviour"),
        ({"related": "company", "op": "count_at_least", "value": -1}, "filter.value"),
        ({"related": "lead.company", "op": "count_at_least", "value": 1}, "filter.related"),
        ({"related": "contacts", "op": "count_at_least", "value": 1, "filter": {"field": "x"}}, "filter.filter.field"),
        ({"and": [NAME], "or": [NAME]}, "filter"),
        ({"and": NAME}, "filter.and"),
        ({"and": [["x"]]}, "filter.and.0"),
        ({"colour": "red"}, "filter"),
        (deep(6), "filter.not.not.not.not.not.not"),
        ({"or": [NAME] * 101}, "filter"),
        ({"field": "name", "op": "is_any_of", "value": ["x" * 299] * 300}, "filter"),
    ],
)
def test_a_wrong_filter_is_refused_at_its_place(database: Database, cast: Cast, tree: dict[str, Any], place: str):
    with Session(database.engine) as session, pytest.raises(InvalidInput) as refused:
        run(session, cast.alice, tree)
    assert refused.value.field == place
    assert refused.value.message.startswith(f"{place}: ")


def test_nothing_that_json_can_say_breaks_the_compiler(database: Database, cast: Cast):
    json = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
        max_leaves=5,
    )
    leaf = st.fixed_dictionaries(
        {"field": st.sampled_from(["name", "amount", "close_on", "owner", "company.industry", "contacts", "archived"])},
        optional={
            "op": st.sampled_from(["is", "contains", "at_least", "within", "between", "is_any_of"]),
            "value": json,
        },
    )
    with Session(database.engine) as session:

        @given(tree=json | leaf | st.fixed_dictionaries({"not": leaf}) | st.fixed_dictionaries({"and": json}))
        def holds(tree: Any) -> None:
            try:
                found = run(session, cast.alice, tree)
            except InvalidInput as error:
                refused = error
            else:
                assert found == []
                return
            assert str(refused.field).startswith("filter")

        holds()
