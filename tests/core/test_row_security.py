"""PostgreSQL's row-level security: what a query forgot to say, the database says for it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session, col

from app.core.bulk import insert_rows
from app.core.database import confine, transaction, unconfined
from app.core.errors import NotFound
from app.core.events import event_row
from app.core.ids import new_id
from app.records.service import create_record
from models import Event, Record, Territory
from models.base import metadata
from tests.cast import Cast, gather
from tests.conftest import Copy, Database


@pytest.fixture
def database(postgresql_copy: Copy, tmp_path: Path) -> Iterator[Database]:
    """PostgreSQL alone: SQLite has no row-level security."""
    with postgresql_copy(tmp_path) as copied:
        yield copied


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def make_secret(session: Session, cast: Cast) -> str:
    values = {"name": "Granite Secret"}
    return create_record(session, workspace_id=cast.workspace_id, kind="company", values=values, viewer=cast.alice).id


def test_every_table_of_workspaces_is_protected(database: Database, cast: Cast):
    inspector = inspect(database.engine)
    columns = {name: {column["name"] for column in inspector.get_columns(name)} for name in inspector.get_table_names()}
    owned = {name for name, held in columns.items() if "workspace_id" in held} | {"workspace"}
    assert owned >= {table.name for table in metadata.tables.values() if "workspace_id" in table.columns}
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT tablename FROM pg_policies WHERE policyname = 'own_workspace'"))
        assert {row.tablename for row in rows} == owned, "add the policy in the migration that makes the table"


def test_a_query_that_forgot_its_scope_reads_nothing_of_others(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        secret = make_secret(session, cast)
    forgotten = select(col(Record.name))
    with transaction(database.engine, read_only=True) as session:
        confine(session, cast.mallory.workspace_id)
        assert session.scalars(forgotten).all() == []
        assert session.get(Record, secret) is None
        assert session.scalar(select(func.count()).select_from(Record)) == 0
    with transaction(database.engine, read_only=True) as session:
        confine(session, cast.workspace_id)
        assert session.scalars(forgotten).all() == ["Granite Secret"]


def test_a_change_that_forgot_its_scope_touches_nothing_of_others(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        secret = make_secret(session, cast)
    with transaction(database.engine) as session:
        confine(session, cast.mallory.workspace_id)
        session.execute(text("UPDATE record SET name = 'Stolen'"))
        session.execute(text("DELETE FROM record_key"))
    with transaction(database.engine, read_only=True) as session:
        assert session.get_one(Record, secret).name == "Granite Secret"


@pytest.mark.parametrize("rows", [1, 30])
def test_nothing_is_written_into_another_workspace(database: Database, cast: Cast, rows: int):
    events = [event_row("note.added", workspace_id=cast.workspace_id, subject_id="x") for _ in range(rows)]
    with transaction(database.engine) as session:
        confine(session, cast.mallory.workspace_id)
        with pytest.raises(ProgrammingError, match="row-level security"):
            insert_rows(session, Event, events)
        session.rollback()


def test_many_rows_of_ones_own_are_written(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        confine(session, cast.workspace_id)
        insert_rows(
            session, Event, [event_row("x.y", workspace_id=cast.workspace_id, subject_id="x") for _ in range(30)]
        )
        assert session.scalar(select(func.count()).where(col(Event.type) == "x.y")) == 30


def test_the_next_transaction_is_free_again(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        make_secret(session, cast)
    for _ in range(database.engine.pool.size() + 1):
        with transaction(database.engine) as session:
            confine(session, cast.mallory.workspace_id)
        with transaction(database.engine, read_only=True) as session:
            assert session.scalars(select(col(Record.name))).all() == ["Granite Secret"]


def test_lifting_lasts_for_its_block(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        make_secret(session, cast)
    with transaction(database.engine) as session:
        confine(session, cast.mallory.workspace_id)
        with unconfined(session):
            assert session.scalars(select(col(Record.name))).all() == ["Granite Secret"]
        assert session.scalars(select(col(Record.name))).all() == []
        with suppress(NotFound), unconfined(session):
            raise NotFound("Nothing of that name.")
        assert session.scalars(select(col(Record.name))).all() == []


def test_an_ordinary_user_is_held_as_a_superuser_is(database: Database, cast: Cast):
    """What an installation connects as: owner of the tables, and nothing beyond."""
    user = f"ordinary_{new_id()}"
    with transaction(database.engine) as session:
        make_secret(session, cast)
        session.execute(text(f"CREATE ROLE {user} NOLOGIN"))
        session.execute(text(f"GRANT sidenote_member TO {user}"))
        for table in metadata.tables:
            session.execute(text(f'ALTER TABLE "{table}" OWNER TO {user}'))
        session.execute(text(f"SET LOCAL ROLE {user}"))
        assert session.scalars(select(col(Record.name))).all() == ["Granite Secret"]
        confine(session, cast.mallory.workspace_id)
        assert session.scalars(select(col(Record.name))).all() == []
        session.add(Territory(id=new_id(), workspace_id=cast.workspace_id, name="West"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()
        session.rollback()
