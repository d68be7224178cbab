"""Undoing an import gives back what was before, whatever the file held."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from app.core.database import transaction
from app.records.service import create_record
from models.base import metadata
from tests.cast import Cast, gather
from tests.conftest import Database
from tests.transfer.importing.files import staged, taken_back, taken_in, written

LOGS = {
    "event", "outbox", "data_import", "import_batch", "import_plan", "field_change", "timeline_entry", "timeline_link",
    "counter", "search_spelling", "search_entry",
}  # fmt: skip
"""Tables that only grow: what happened, and what was once known."""
MOVED_ON = {"version", "updated_at"}
"""Columns of a record that count its saves."""
HEADINGS = ("Name", "Email", "Phone", "Job title", "Company", "Tags", "Source")
names = st.sampled_from(["Dana Diaz", "Emil Ek", "Fay Fox", "Zoë 🦊", "=1+1", "", "x" * 400])
emails = st.sampled_from(["dana@x.example", "emil@x.example", "fay@x.example; f@y.example", "nobody", ""])
phones = st.sampled_from(["+49 30 123456", "030 123456", "", "call me"])
companies = st.sampled_from(["Granite", "granite.example", "Quarry Ltd", ""])
texts = st.sampled_from(["CEO", "CFO", "", "'-x"])
tags = st.sampled_from(["vip", "vip; new", ""])
rows = st.lists(st.tuples(names, emails, phones, texts, companies, tags, st.sampled_from(["Website", ""])), max_size=8)
plans = st.fixed_dictionaries(
    {
        "match": st.lists(st.sampled_from(["email", "phone", "name"]), max_size=3, unique=True),
        "on_match": st.sampled_from(["update", "fill", "skip", "create"]),
        "create_related": st.booleans(),
        "duplicates": st.sampled_from(["off", "warn", "block", None]),
    }
)


@pytest.fixture
def cast(database: Database) -> Cast:
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        here: dict[str, Any] = {"workspace_id": cast.workspace_id, "viewer": cast.bob}
        values: dict[str, object] = {"name": "Granite", "domain": "granite.example"}
        company = create_record(session, kind="company", values=values, **here)
        dana = {"name": "Dana Diaz", "email": "dana@x.example", "title": "CFO", "company": company.id}
        create_record(session, kind="contact", values=dana, **here)
        create_record(session, kind="contact", values={"name": "Fay Fox", "phone": "+49 30 123456"}, **here)
    return cast


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(rows=rows, plan=plans)
def test_an_undone_import_leaves_no_trace(
    database: Database, cast: Cast, rows: list[tuple[str, ...]], plan: dict[str, Any]
) -> None:
    before = everything(database.engine)
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "people.csv", [HEADINGS, *rows, ("Gil",) + ("",) * 6])
        fields = {"Name": "name", "Company": "company", "Tags": "tags", "Source": "source"}
        import_id = staged(database.engine, cast.bob, path, fields=fields, **plan)
    done = taken_in(database.engine, cast.bob, import_id)
    assert done.created + done.updated + done.skipped + done.failed == done.total == done.handled
    assert done.created
    assert taken_back(database.engine, cast.bob, import_id).state == "undone"
    after = everything(database.engine)
    assert after.keys() == before.keys()
    for table, kept in before.items():
        assert after[table] == kept, table


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is not a log, in some order."""
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in LOGS:
                moved = MOVED_ON if table.name == "record" else set()
                columns = [column for column in table.columns if column.name not in moved]
                found[table.name] = sorted(
                    repr([_plain(value) for value in row]) for row in connection.execute(select(*columns))
                )
    return found


def _plain(value: Any) -> Any:
    """Of the values of a record, nothing is the same as none."""
    return sorted((key, one) for key, one in value.items() if one is not None) if isinstance(value, dict) else value
