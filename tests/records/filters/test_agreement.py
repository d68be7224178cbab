"""A compiled filter selects what the plain-Python reference does: random filters of every family on random records."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

from app.records.filters import compile_filter, operators_of
from models import FieldDef, Record
from tests.cast import gather
from tests.conftest import Database
from tests.records.filters.reference import matches
from tests.records.filters.world import NOW, RANKS, TAGS, World, build_world, days, numbers, store, things, words

PATHS = ("address.city", "company.industry", "partner.industry", "suppliers.industry")


def leaves(world: World) -> st.SearchStrategy[dict[str, Any]]:
    plain = [_leaf(world, field.key, field) for field in world.schema.fields]
    text = FieldDef(id="", workspace_id="", folder_id="", key="", name="", type="text", position=0)
    industry = FieldDef(id="", workspace_id="", folder_id="", key="", name="", type="dropdown", position=0)
    return st.one_of(*plain, *(_leaf(world, key, text if "address" in key else industry) for key in PATHS))


def trees(world: World) -> st.SearchStrategy[dict[str, Any]]:
    def branches(below: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        several = st.lists(below, max_size=3)
        return (
            st.builds(lambda items: {"and": items}, several)
            | st.builds(lambda items: {"or": items}, several)
            | st.builds(lambda item: {"not": item}, below)
        )

    return leaves(world) | branches(leaves(world)) | branches(branches(leaves(world)))


def _leaf(world: World, key: str, field: FieldDef) -> st.SearchStrategy[dict[str, Any]]:
    value = _value(world, key, field)

    def leaf(op: Any) -> st.SearchStrategy[dict[str, Any]]:
        if op.takes == "nothing":
            return st.just({"field": key, "op": op.name})
        size = {"list": (1, 3), "pair": (2, 2)}.get(op.takes)
        given = st.lists(value, min_size=size[0], max_size=size[1]) if size else value
        return given.map(lambda made: {"field": key, "op": op.name, "value": made})

    return st.sampled_from(list(operators_of(field).values())).flatmap(leaf)


def _value(world: World, key: str, field: FieldDef) -> st.SearchStrategy[Any]:
    if "industry" in key:
        return st.sampled_from(["Software", "Retail", "Energy"])
    near = st.sampled_from(["today", "yesterday"])
    members, companies = st.sampled_from([*world.members, "me"]), st.sampled_from(list(world.companies.values()))
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "number": numbers(),
        "currency": st.integers(-100_000, 100_000),
        "date": near | days().map(date.isoformat),
        "datetime": near | days().map(date.isoformat),
        "checkbox": st.booleans(),
        "dropdown": st.sampled_from(RANKS),
        "tags": st.sampled_from(TAGS),
        "user": members,
        "users": members,
        "record": companies,
        "records": companies,
        "stage": st.sampled_from(world.stages),
    }
    return kinds.get(field.type, words())


def selected(session: Session, world: World, tree: dict[str, Any]) -> set[str]:
    condition = compile_filter(session, tree, schema=world.schema, viewer=world.alice, now=NOW)
    query = select(col(Record.id)).where(col(Record.folder_id) == world.schema.folder.id, condition)
    return set(session.scalars(query))


def test_compiled_filters_agree_with_the_reference(database: Database):
    cast = gather(database.engine)
    with Session(database.engine) as session:
        world = build_world(session, cast)

        @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
        @given(
            made=st.lists(things(world), min_size=1, max_size=5, unique_by=lambda thing: thing["id"]), tree=trees(world)
        )
        def agree(made: list[dict[str, Any]], tree: dict[str, Any]) -> None:
            with session.begin_nested() as savepoint:
                store(session, world, made)
                found = selected(session, world, tree)
                savepoint.rollback()
            assert found == {thing["id"] for thing in made if matches(world, tree, thing)}

        agree()
