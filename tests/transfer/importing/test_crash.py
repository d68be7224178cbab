"""An import whose process is killed with SIGKILL, ten times: its end is the same, and nothing is there twice."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col

from app.core.database import transaction
from models import Event, FieldChange, ImportBatch, Record, RecordKey
from tests.cast import gather
from tests.conftest import Database
from tests.transfer.importing.files import begun, found, staged, taken_in, written

MANY = 24_000
KILLS = 10


def test_an_import_that_is_killed_ten_times_ends_as_any_other(database: Database, tmp_path: Path) -> None:
    cast = gather(database.engine)
    known = [(f"Person {number}", f"p{number}@x.example", "CFO") for number in range(0, MANY, 60)]
    first = staged(database.engine, cast.bob, written(tmp_path / "known.csv", [("Name", "Email", "Job title"), *known]))
    taken_in(database.engine, cast.bob, first)
    people = [(f"Person {number}", f"p{number % (MANY - 300)}@x.example", "CEO") for number in range(MANY)]
    path = written(tmp_path / "people.csv", [("Name", "Email", "Job title"), *people])
    import_id = staged(database.engine, cast.bob, path, match=["email"], on_match="update")
    begun(database.engine, cast.bob, import_id)
    kills, chance = 0, random.Random(5)
    command = [sys.executable, "-m", "tests.transfer.importing.taking", database.url, import_id]
    while found(database.engine, import_id).state == "running":
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            if kills < KILLS:
                time.sleep(chance.random() * 0.5)
                process.kill()
                kills += found(database.engine, import_id).state == "running"
    assert kills == KILLS, "the import was faster than the test"
    one = found(database.engine, import_id)
    assert (one.state, one.handled, one.failed) == ("done", MANY, 0)
    assert one.created == MANY - 300 - len([row for row in known if int(row[0].split()[1]) < MANY - 300])
    with transaction(database.engine, read_only=True) as session:
        outcomes = [each for batch in session.scalars(select(ImportBatch)) for each in batch.outcomes or ()]
        assert Counter(each[0] for each in outcomes)["create"] == one.created + len(known)
        emails = session.scalars(select(col(RecordKey.value)).where(col(RecordKey.kind) == "email")).all()
        assert len(emails) == len(set(emails)) == session.scalar(select(func.count()).select_from(Record))
        told = select(func.count()).where(col(Event.type) == "record.created")
        assert session.scalar(told) == len(emails)
        changes = select(func.count()).where(col(FieldChange.batch) == import_id, col(FieldChange.key) == "title")
        assert session.scalar(changes) == len([row for row in known if int(row[0].split()[1]) < MANY - 300])
