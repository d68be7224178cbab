"""The demo's installation: who looks after whom does not depend on whose mail is synced first."""

import pytest
from sqlmodel import col, select

from app.core.database import transaction
from app.demo.installation import install
from models import Member, Record
from sync.engine import run_once


@pytest.mark.parametrize("order", [1, -1])
def test_everybody_has_the_same_owner_whoever_is_synced_first(tmp_path, order):
    with install(data_dir=tmp_path, base_url="http://127.0.0.1:8000") as demo:
        for mailbox_id in demo.mailbox_ids[::order]:
            run_once(demo.context.engine, demo.context.settings, mailbox_id)
        with transaction(demo.context.engine, read_only=True) as session:
            query = select(col(Record.name), col(Member.name)).join(Member, col(Member.id) == col(Record.owner_id))
            owners = dict(session.execute(query).all())
    assert {name for name, owner in owners.items() if owner == "Carol Adeyemi"} == {"Grace Tan", "Pearl Resins"}
    assert {owner for name, owner in owners.items() if name in ("Priya Raman", "Tomas Lindqvist")} == {"Bob Fairfield"}
    assert owners["Harbourlight Foods"] == "Bob Fairfield"


def test_a_second_start_on_the_same_data_adds_nobody_twice(tmp_path):
    for _ in range(2):
        with (
            install(data_dir=tmp_path, base_url="http://127.0.0.1:8000") as demo,
            transaction(demo.context.engine, read_only=True) as session,
        ):
            assert len(session.scalars(select(Record).where(col(Record.name) == "Priya Raman")).all()) == 1
