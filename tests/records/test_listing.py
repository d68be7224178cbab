"""Lists: sorted, paged while records come and go, counted, grouped, with columns of related records."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlmodel import Session

from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.deals import create_deal, stages_of
from app.records.filters.related import Paths
from app.records.links import link_records
from app.records.listing import count_records, group_records, list_records, related_values
from app.records.schema import Schema, folder_of_kind, schema_of
from app.records.service import create_record, update_record
from app.workspaces.access import Viewer
from models import Record
from tests.cast import Cast, gather, granted
from tests.conftest import Database
from tests.records.filters.world import build_world, store, things

PRIORITIES = ("Urgent", None, "Low", "High", "Normal")


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def create(session: Session, viewer: Viewer, kind: str, **values: object) -> Record:
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=values, viewer=viewer)


def schema(session: Session, viewer: Viewer, kind: str) -> Schema:
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind=kind)
    return schema_of(session, folder=folder, viewer=viewer)


def names(session: Session, viewer: Viewer, kind: str, **query: Any) -> list[str]:
    found = list_records(session, viewer=viewer, schema=schema(session, viewer, kind), **query)
    return [record.name for record in found.records]


def walk(session: Session, viewer: Viewer, folder: Schema, sort: Sequence[str], limit: int) -> list[Any]:
    """All pages, one after the other."""
    cursor, rows = None, []
    while True:
        page = list_records(session, viewer=viewer, schema=folder, sort=sort, limit=limit, cursor=cursor)
        rows += page.records
        assert len(page.records) == limit or page.next is None
        cursor = page.next
        if cursor is None:
            return rows


def test_sorting_knows_ranks_stages_and_names(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        stages = stages_of(session, viewer=cast.alice)
        companies = [create(session, cast.alice, "company", name=name).id for name in ("zinc", "Amber")]
        for index, priority in enumerate(PRIORITIES):
            values = {"name": f"{index} {priority}", "priority": priority, "stage": stages[4 - index].id}
            values |= {"company": companies[index % 2] if index < 4 else None}
            create_deal(session, viewer=cast.alice, values=values)
        ranked = ["2 Low", "4 Normal", "3 High", "0 Urgent"]
        assert names(session, cast.alice, "deal", sort=["priority"]) == [*ranked, "1 None"]
        assert names(session, cast.alice, "deal", sort=["-priority"]) == [*reversed(ranked), "1 None"]
        by_stage = ["4 Normal", "3 High", "2 Low", "1 None", "0 Urgent"]
        assert names(session, cast.alice, "deal", sort=["stage"]) == by_stage
        by_company = ["3 High", "1 None", "2 Low", "0 Urgent", "4 Normal"]
        assert names(session, cast.alice, "deal", sort=["company", "priority"]) == by_company
        assert names(session, cast.alice, "company", sort=["name"]) == ["Amber", "zinc"]


def test_any_sort_pages_through_every_record_once(database: Database, cast: Cast):
    with Session(database.engine) as session:
        world = build_world(session, cast)
        keys = [field.key for field in world.schema.fields]
        sorts = st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True)
        signed = sorts.flatmap(lambda some: st.tuples(*(st.sampled_from([key, f"-{key}"]) for key in some)))

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(made=st.lists(things(world), min_size=1, max_size=7), sort=signed)
        def pages(made: list[dict[str, Any]], sort: tuple[str, ...]) -> None:
            with session.begin_nested() as savepoint:
                store(session, world, made)
                whole = list_records(session, viewer=world.alice, schema=world.schema, sort=sort, limit=200)
                by_two = walk(session, world.alice, world.schema, sort, limit=2)
                savepoint.rollback()
            assert [row.id for row in by_two] == [row.id for row in whole.records]
            assert {row.id for row in by_two} == {thing["id"] for thing in made}

        pages()


@pytest.mark.parametrize("sort", [["name"], ["-amount"], ["amount", "name"], ["-created_at"]])
def test_pages_stay_stable_while_records_come_and_go(database: Database, cast: Cast, sort: list[str]):
    with transaction(database.engine) as session:
        made = [create(session, cast.alice, "lead", name=f"L{i}", amount=i // 2 if i % 3 else None) for i in range(9)]
        folder = schema(session, cast.alice, "lead")
        first = list_records(session, viewer=cast.alice, schema=folder, sort=sort, limit=4)
        for amount in (0, 2, 99, None):
            create(session, cast.alice, "lead", name=f"L{amount} late", amount=amount)
        seen = [row.id for row in first.records]
        cursor = first.next
        while cursor:
            page = list_records(session, viewer=cast.alice, schema=folder, sort=sort, limit=4, cursor=cursor)
            seen += [row.id for row in page.records]
            cursor = page.next
        assert len(seen) == len(set(seen))
        assert {record.id for record in made} <= set(seen)


def test_a_cursor_serves_only_the_sort_that_made_it(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        for name in "abc":
            create(session, cast.alice, "lead", name=name)
        folder = schema(session, cast.alice, "lead")
        cursor = list_records(session, viewer=cast.alice, schema=folder, sort=["name"], limit=1).next
        for wrong in (cursor, "x", "W10", "bnVsbA", "[]", "é", "W1siLW5hbWUiXSxbMV0sIngiXQ"):
            with pytest.raises(InvalidInput) as refused:
                list_records(session, viewer=cast.alice, schema=folder, sort=["-name"], limit=1, cursor=wrong)
            assert refused.value.field == "cursor"


def test_what_cannot_be_listed_is_refused(database: Database, cast: Cast):
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"sort": ["nothing"]}, "sort"),
        ({"sort": ["name"] * 5}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
    ]
    with transaction(database.engine) as session:
        folder = schema(session, cast.alice, "lead")
        for query, field in wrong:
            with pytest.raises(InvalidInput) as refused:
                list_records(session, viewer=cast.alice, schema=folder, **query)
            assert refused.value.field == field
        for by, sums in (("name", []), ("nothing", []), ("status", ["name"]), ("status", ["score"] * 6)):
            with pytest.raises(InvalidInput):
                group_records(session, viewer=cast.alice, schema=folder, by=by, sums=sums)


def test_archived_records_are_listed_when_asked_for(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        create(session, cast.alice, "lead", name="Here")
        gone = create(session, cast.alice, "lead", name="Gone")
        gone.archived_at = gone.created_at
        session.flush()
        archived = {"field": "archived", "op": "is", "value": True}
        assert names(session, cast.alice, "lead") == ["Here"]
        assert names(session, cast.alice, "lead", filter=archived) == ["Gone"]


def test_nobody_lists_counts_or_groups_what_they_may_not_see(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        secret = create(session, cast.carol, "company", name="Secret", industry="Energy")
        for viewer, name in ((cast.carol, "Of Carol"), (cast.bob, "Of Bob")):
            values = {"name": name, "amount": "10", "company": secret.id}
            create_deal(session, viewer=cast.alice, values=values | {"owner": viewer.member_id})
        deals = folder_of_kind(session, workspace_id=cast.workspace_id, kind="deal")
        assert schema_of(session, folder=deals, viewer=cast.mallory).fields == ()
        for viewer in (granted(cast.bob, read="own"), granted(cast.mallory, read="all")):
            mine = [] if viewer.member_id == cast.mallory.member_id else ["Of Bob"]
            folder = schema_of(session, folder=deals, viewer=viewer if mine else cast.alice)
            page = list_records(session, viewer=viewer, schema=folder, sort=["company"])
            assert [row.name for row in page.records] == mine
            assert count_records(session, viewer=viewer, schema=folder).value == len(mine)
            groups = group_records(session, viewer=viewer, schema=folder, by="company", sums=["amount"])
            assert [(group.value, group.count, group.sums) for group in groups] == [(None, 1, {"amount": 1000})] * len(
                mine
            )
            paths = Paths(session, workspace_id=cast.workspace_id, viewer=viewer)
            columns = related_values(
                session, paths, viewer=viewer, schema=folder, records=page.records, keys=["company.industry"]
            )
            assert columns == [{"company.industry": None}] * len(mine)


def test_groups_add_up(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        for status, amount in (("New", "1"), ("New", "2.5"), ("SQL", None)):
            create(session, cast.alice, "lead", name="x", status=status, amount=amount)
        folder = schema(session, cast.alice, "lead")
        groups = group_records(session, viewer=cast.alice, schema=folder, by="status", sums=["amount"])
        assert [(group.value, group.count, group.sums["amount"]) for group in groups] == [
            ("New", 2, 350),
            ("SQL", 1, 0),
        ]


def test_groups_never_add_currencies_up(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        for amount, currency in (("1", None), ("2", "EUR"), ("400", "JPY"), ("4", "USD"), ("5", "USD")):
            create(session, cast.alice, "lead", name="x", status="New", amount=amount).currency = currency
        create(session, cast.alice, "lead", name="x", status="SQL", amount="7").currency = "USD"
        folder = schema(session, cast.alice, "lead")
        groups = group_records(session, viewer=cast.alice, schema=folder, by="status", sums=["amount", "score"])
        assert [(group.value, group.sums, group.others) for group in groups] == [
            ("New", {"amount": 300, "score": 0}, {"amount": {"JPY": 40000, "USD": 900}}),
            ("SQL", {"amount": 0, "score": 0}, {"amount": {"USD": 700}}),
        ]


def test_columns_of_related_records_cost_the_same_for_any_number_of_rows(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        keys = ["company.industry", "company.name", "contacts.title", "company.owner"]
        costs = []
        for size in (1, 8):
            for index in range(size):
                company = create(session, cast.alice, "company", name=f"C{index}", industry="Energy")
                people = [create(session, cast.alice, "contact", name="P", title=title).id for title in ("CEO", "CTO")]
                deal = create_deal(session, viewer=cast.alice, values={"name": "D", "company": company.id})
                for person in people:
                    link_records(
                        session, workspace_id=deal.workspace_id, from_id=deal.id, to_id=person, label="participant"
                    )
            session.flush()
            folder = schema(session, cast.alice, "deal")
            rows = list_records(session, viewer=cast.alice, schema=folder).records
            paths = Paths(session, workspace_id=cast.workspace_id, viewer=cast.alice)
            with counting(database.engine) as statements:
                found = related_values(session, paths, viewer=cast.alice, schema=folder, records=rows, keys=keys)
            costs.append(len(statements))
            assert len(found) == len(rows)
            assert all(
                row["company.industry"] == "Energy" and set(row["contacts.title"]) == {"CEO", "CTO"} for row in found
            )
        assert costs[0] == costs[1]


def test_hidden_fields_neither_sort_nor_group(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        folder = folder_of_kind(session, workspace_id=cast.workspace_id, kind="lead")
        blind = replace(
            cast.bob, access=replace(cast.bob.access, hidden={folder.id: {"score": "score", "status": "status"}})
        )
        known = schema_of(session, folder=folder, viewer=blind)
        with pytest.raises(InvalidInput, match="no such field"):
            list_records(session, viewer=blind, schema=known, sort=["score"])
        with pytest.raises(InvalidInput):
            group_records(session, viewer=blind, schema=known, by="status")


def test_a_changed_record_moves_to_the_top(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        first, _ = (create(session, cast.alice, "lead", name=name) for name in ("First", "Second"))
        assert names(session, cast.alice, "lead") == ["Second", "First"]
        update_record(session, viewer=cast.alice, record_id=first.id, values={"title": "CEO"})
        session.flush()
        assert names(session, cast.alice, "lead") == ["First", "Second"]


class counting:
    """The statements that run within the block."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self._statements

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._statements.append(statement)
