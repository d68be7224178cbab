"""A bulk edit whose worker is killed with SIGKILL: every record is changed, and none of them twice."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.core import jobs
from app.core.database import transaction
from app.records.bulk_edits import start_bulk_edit
from app.records.schema import folder_of_kind
from app.records.service import create_record
from models import BulkEdit, FieldChange, Record
from tests.cast import gather
from tests.conftest import Database
from tests.core.waiting import wait_for

MANY = 400
Start = Callable[[str], "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start(url: str) -> "subprocess.Popen[bytes]":
        started.append(subprocess.Popen([sys.executable, "-m", "tests.records.editing_worker", url]))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_killed_worker_leaves_nothing_half_done(database: Database, start: Start):
    jobs.migrate(database.url)
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        for number in range(MANY):
            values = {"name": f"Dana {number}"}
            create_record(session, workspace_id=cast.workspace_id, kind="contact", values=values, viewer=cast.bob)
        folder_id = folder_of_kind(session, workspace_id=cast.workspace_id, kind="contact").id
        edit = {"values": {"title": "CEO"}, "filter": {}}
        bulk_id = start_bulk_edit(session, viewer=cast.bob, folder_id=folder_id, **edit).id

    def done() -> int:
        with transaction(database.engine, read_only=True) as session:
            return session.get_one(BulkEdit, bulk_id).done

    first = start(database.url)
    wait_for(lambda: done() > 0, seconds=30)
    first.kill()
    first.wait()
    assert done() < MANY, "the worker was faster than the test"
    start(database.url)
    wait_for(lambda: done() == MANY, seconds=30)
    with transaction(database.engine, read_only=True) as session:
        per_record = (
            select(func.count(col(FieldChange.id)).label("saves")).group_by(col(FieldChange.record_id)).subquery()
        )
        assert session.scalar(select(func.count()).where(per_record.c.saves == 1)) == MANY
        assert session.scalar(select(func.count()).where(col(Record.version) == 2)) == MANY
        assert session.get_one(BulkEdit, bulk_id).failed == 0
