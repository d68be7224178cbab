"""Many rows at once: the same result on both databases, whatever the way they take."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.bulk import ROWS_WORTH_A_COPY, among, insert_missing, insert_rows
from app.core.clock import utcnow
from app.core.database import transaction
from models import TimelineEntry, Workspace
from tests.conftest import Database

AWKWARD = "tab\tnew\nline \\N \\. \"quoted\" 'single' ☃ 🦄 \x7f {} ,"


@pytest.mark.parametrize("many", [1, ROWS_WORTH_A_COPY, 3 * ROWS_WORTH_A_COPY])
def test_rows_arrive_as_they_were_given(database: Database, many: int) -> None:
    with transaction(database.engine) as session:
        insert_rows(session, Workspace, [_workspace(0)])
        insert_rows(session, TimelineEntry, [_entry(number) for number in range(many)])

    with transaction(database.engine, read_only=True) as session:
        entries = session.scalars(select(TimelineEntry).order_by(col(TimelineEntry.id))).all()
        assert len(entries) == many
        for entry in entries:
            assert (entry.title, entry.data) == (AWKWARD, {"text": AWKWARD, "list": [1, None]})
            assert entry.occurred_at == datetime(2026, 3, 29, 1, 30, 0, 123456, UTC)
            assert (entry.message_id, entry.private) == (None, False)


def test_defaults_of_absent_columns_are_filled_in(database: Database) -> None:
    with transaction(database.engine) as session:
        insert_rows(session, Workspace, [_workspace(number) for number in range(ROWS_WORTH_A_COPY)])

    with transaction(database.engine, read_only=True) as session:
        assert set(session.scalars(select(col(Workspace.currency)))) == {"EUR"}
        assert set(session.scalars(select(col(Workspace.contact_policy)))) == {"sent"}


@pytest.mark.parametrize("many", [2, ROWS_WORTH_A_COPY + 5])
def test_only_missing_rows_are_inserted_and_the_transaction_goes_on(database: Database, many: int) -> None:
    rows = [_workspace(number) for number in range(many)]
    with transaction(database.engine) as session:
        assert insert_missing(session, Workspace, rows[:1])
        assert not insert_missing(session, Workspace, rows)
        assert not insert_missing(session, Workspace, rows)

    with transaction(database.engine, read_only=True) as session:
        assert set(session.scalars(select(col(Workspace.id)))) == {row["id"] for row in rows}


def test_nothing_is_nothing(database: Database) -> None:
    with transaction(database.engine) as session:
        insert_rows(session, Workspace, [])
        assert insert_missing(session, Workspace, [])


def test_among_any_number_of_values(database: Database) -> None:
    with transaction(database.engine) as session:
        insert_rows(session, Workspace, [_workspace(number) for number in range(5)])
        names = col(Workspace.name)
        for wanted in ([], ["w1"], ["w1", "w3", "other"], [f"w{number}" for number in range(2, 500)]):
            found = session.scalars(select(names).where(among(session, names, wanted))).all()
            assert set(found) == {f"w{number}" for number in range(5)} & set(wanted)


def _workspace(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:026}",
        "name": f"w{number}",
        "join_domains": [],
        "internal_domains": ["a.example"],
        "created_at": utcnow(),
    }


def _entry(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:026}",
        "workspace_id": f"{0:026}",
        "type": "note",
        "occurred_at": datetime.fromisoformat("2026-03-29T03:30:00.123456+02:00"),
        "title": AWKWARD,
        "message_id": None,
        "data": {"text": AWKWARD, "list": [1, None]},
        "created_at": utcnow(),
    }
