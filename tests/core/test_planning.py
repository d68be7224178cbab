"""SQLite plans by the sizes of the tables that are worth it, and by no others."""

from sqlalchemy import text

from app.core.bulk import insert_rows
from app.core.database import transaction
from app.core.planning import GROWN, note_sizes
from models import Counter, Workspace
from tests.conftest import Database
from tests.core.test_bulk import _workspace


def test_sizes_of_grown_tables_are_noted_on_sqlite_alone(database: Database):
    with transaction(database.engine) as session:
        insert_rows(session, Workspace, [_workspace(0)])
        rows = [{"workspace_id": _workspace(0)["id"], "name": f"n{number}", "value": 1} for number in range(GROWN)]
        insert_rows(session, Counter, rows)
    if database.engine.dialect.name != "sqlite":
        assert note_sizes(database.engine) == []
        return
    assert note_sizes(database.engine) == ["counter"]
    with database.engine.connect() as connection:
        assert set(connection.scalars(text("SELECT tbl FROM sqlite_stat1"))) == {"counter"}
