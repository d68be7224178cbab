"""`sidenote hygiene`: the report, and mending what it finds."""

import json
from pathlib import Path

from sqlalchemy import select

from app.core.database import make_engine, transaction
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.bulk_run import run_bulk_edit
from app.records.deals import create_deal
from models import BulkEdit, Record
from tests.cast import gather
from tests.cli.test_commands import sidenote

AS = ("--as", "alice@fairfield.example")


def test_a_finding_is_told_and_mended(tmp_path: Path) -> None:
    assert sidenote(tmp_path, "migrate").returncode == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'sidenote.db'}")
    cast = gather(engine)
    with transaction(engine) as session:
        deal = create_deal(session, viewer=cast.alice, values={"name": "Granite"}).id
    told = sidenote(tmp_path, "hygiene", "report", *AS, "--folder", "deals", "--json")
    found = {finding["check"]: finding for finding in json.loads(told.stdout)}
    assert [sample["id"] for sample in found["no_next_step"]["samples"]] == [deal]
    assert "no_next_step" in sidenote(tmp_path, "hygiene", "report", *AS).stdout

    fix = ("hygiene", "fix", "no_next_step", *AS, "--folder", "Deals")
    assert "choose a value for next_step" in sidenote(tmp_path, *fix).stderr
    done = sidenote(tmp_path, *fix, "--set", "next_step=Call them")
    assert "changes 1 records" in done.stdout
    with transaction(engine) as session:
        [bulk] = session.scalars(select(BulkEdit)).all()
        bulk_id = bulk.id
    run_bulk_edit(JobContext(Settings(_env_file=None), engine), bulk_id)
    with transaction(engine) as session:
        assert session.get_one(Record, deal).data["next_step"] == "Call them"
    engine.dispose()
