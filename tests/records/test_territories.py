"""Territories: rules in order of priority, tried out before they move anything, and everything that moves is told."""

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

import app.registry  # noqa: F401
from app.core.database import transaction
from app.core.dispatch import drain
from app.core.errors import Forbidden, InvalidInput
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.deals import create_deal, move_stage, stages_of
from app.records.service import create_record, update_record
from app.records.territories.moves import APPLY, BATCH, Move, apply, simulate
from app.records.territories.service import (
    change_territory,
    create_territory,
    delete_territory,
    territories,
)
from app.workspaces.access import viewer_by_id
from models import Event, FieldChange, Record
from tests.cast import Cast, gather
from tests.conftest import Database

DACH = {
    "and": [
        {"field": "address.country", "op": "is_any_of", "value": ["DE", "AT"]},
        {"field": "employees", "op": "greater_than", "value": 100},
    ]
}
GERMANY = {"field": "address.country", "op": "is", "value": "DE"}


def company(session: Session, cast: Cast, name: str, country: str, employees: int) -> Record:
    values = {"name": name, "address": {"city": "X", "country": country}, "employees": employees}
    return create_record(session, workspace_id=cast.workspace_id, kind="company", values=values)


def places(session: Session, cast: Cast) -> dict[str, str | None]:
    """The territory of each record by name."""
    names = {one.id: one.name for one in territories(session, viewer=cast.alice)}
    rows = session.execute(select(col(Record.name), col(Record.territory_id)))
    return {name: names.get(id) for name, id in rows}


def test_rules_move_nothing_until_they_are_applied(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        company(session, cast, "Big Berlin", "DE", 500)
        company(session, cast, "Big Vienna", "AT", 500)
        company(session, cast, "Small Bonn", "DE", 5)
        company(session, cast, "Big Paris", "FR", 500)
    drain(database.engine)
    with transaction(database.engine) as session:
        dach = create_territory(session, viewer=cast.alice, name="DACH-Ent", rule=DACH)
        germany = create_territory(session, viewer=cast.alice, name="Germany", rule=GERMANY)
        tried = simulate(session, viewer=cast.alice)
        assert (tried.accounts, tried.moves) == (3, [Move(None, dach.id, 2), Move(None, germany.id, 1)])
        assert [(one.name, one.to_id) for one in tried.examples] == [
            ("Big Berlin", dach.id),
            ("Big Vienna", dach.id),
            ("Small Bonn", germany.id),
        ]
        assert set(places(session, cast).values()) == {None}
        assert apply(session, viewer=cast.alice).accounts == 3
        expected = {"Big Berlin": "DACH-Ent", "Big Vienna": "DACH-Ent", "Small Bonn": "Germany", "Big Paris": None}
        assert places(session, cast) == expected
        assert simulate(session, viewer=cast.alice).accounts == 0
        assert apply(session, viewer=cast.alice).accounts == 0
        moved = session.scalars(select(FieldChange).where(col(FieldChange.key) == "territory")).all()
        assert sorted(change.new for change in moved) == sorted([dach.id, dach.id, germany.id])
        assert {change.member_id for change in moved} == {cast.alice.member_id}


def test_the_order_of_territories_decides_where_rules_overlap(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        company(session, cast, "Big Berlin", "DE", 500)
        create_territory(session, viewer=cast.alice, name="DACH-Ent", rule=DACH)
        germany = create_territory(session, viewer=cast.alice, name="Germany", rule=GERMANY)
        apply(session, viewer=cast.alice)
        assert places(session, cast) == {"Big Berlin": "DACH-Ent"}
        change_territory(session, viewer=cast.alice, territory_id=germany.id, changes={"position": 0})
        assert territories(session, viewer=cast.alice)[0].name == "Germany"
        apply(session, viewer=cast.alice)
        assert places(session, cast) == {"Big Berlin": "Germany"}
        change_territory(session, viewer=cast.alice, territory_id=germany.id, changes={"rule": None})
        apply(session, viewer=cast.alice)
        assert places(session, cast) == {"Big Berlin": "DACH-Ent"}


def test_what_hangs_on_an_account_moves_along_and_its_owner_with_it(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        account = company(session, cast, "Big Berlin", "DE", 500)
        account.owner_id, account.territory_id = cast.bob.member_id, cast.north
        session.add(account)
        session.flush()
        stages = {stage.name: stage.id for stage in stages_of(session, viewer=cast.bob)}
        contact = create_record(
            session,
            workspace_id=cast.workspace_id,
            kind="contact",
            values={"name": "Dana", "company": account.id},
            viewer=cast.bob,
        )
        running = create_deal(session, viewer=cast.bob, values={"name": "Running", "company": account.id})
        won = create_deal(session, viewer=cast.bob, values={"name": "Won", "company": account.id})
        move_stage(session, viewer=cast.bob, deal_id=won.id, stage_id=stages["Won"])
        alices = create_deal(session, viewer=cast.alice, values={"name": "Alice's", "company": account.id})
        create_territory(session, viewer=cast.alice, name="DACH-Ent", rule=DACH, owner_id=cast.carol.member_id)
        apply(session, viewer=cast.alice)
        assert set(places(session, cast).values()) == {"DACH-Ent"}
        owners = {record.name: record.owner_id for record in (account, contact, running, won, alices)}
        assert owners == {
            "Big Berlin": cast.carol.member_id,
            "Dana": cast.carol.member_id,
            "Running": cast.carol.member_id,
            "Won": cast.bob.member_id,
            "Alice's": cast.alice.member_id,
        }
        batches = select(func.count(col(FieldChange.batch).distinct())).where(col(FieldChange.key) == "territory")
        assert session.scalar(batches) == 1


def test_new_and_changed_companies_find_their_place_by_themselves(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        create_territory(session, viewer=cast.alice, name="DACH-Ent", rule=DACH)
        create_territory(session, viewer=cast.alice, name="Germany", rule=GERMANY)
        berlin = company(session, cast, "Berlin", "DE", 5).id
    drain(database.engine)
    with transaction(database.engine) as session:
        assert places(session, cast) == {"Berlin": "Germany"}
        update_record(session, viewer=cast.alice, record_id=berlin, values={"employees": 500})
    drain(database.engine)
    with transaction(database.engine) as session:
        assert places(session, cast) == {"Berlin": "DACH-Ent"}
        gone = {"address": {"city": "Rome", "country": "IT"}}
        update_record(session, viewer=cast.alice, record_id=berlin, values=gone)
    drain(database.engine)
    with transaction(database.engine) as session:
        assert places(session, cast) == {"Berlin": None}


def test_rules_that_send_an_account_to_and_fro_come_to_an_end(database: Database):
    cast = gather(database.engine)
    bobs, carols = cast.bob.member_id, cast.carol.member_id
    with transaction(database.engine) as session:
        owned_by_bob = {"field": "owner", "op": "is", "value": bobs}
        owned_by_carol = {"field": "owner", "op": "is", "value": carols}
        create_territory(session, viewer=cast.alice, name="From Bob", rule=owned_by_bob, owner_id=carols)
        create_territory(session, viewer=cast.alice, name="From Carol", rule=owned_by_carol, owner_id=bobs)
        account = company(session, cast, "Ping", "DE", 5).id
    drain(database.engine)
    with transaction(database.engine) as session:
        update_record(session, viewer=cast.alice, record_id=account, values={"owner": bobs})
    drain(database.engine)
    with transaction(database.engine) as session:
        moves = select(func.count()).select_from(FieldChange).where(col(FieldChange.key) == "territory")
        assert session.scalar(moves) == 1


def test_many_accounts_are_moved_by_a_job_in_batches(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        for number in range(BATCH + 50):
            company(session, cast, f"Company {number}", "DE", 5)
        create_territory(session, viewer=cast.alice, name="Germany", rule=GERMANY)
        asked = apply(session, viewer=cast.alice)
        assert (asked.state, asked.accounts) == ("running", BATCH + 50)
        assert set(places(session, cast).values()) == {None}
    for _ in range(2):
        APPLY(JobContext(Settings(_env_file=None), database.engine), cast.workspace_id, cast.alice.member_id)
    with transaction(database.engine) as session:
        assert set(places(session, cast).values()) == {"Germany"}
        moves = select(func.count()).select_from(FieldChange).where(col(FieldChange.key) == "territory")
        assert session.scalar(moves) == BATCH + 50


def test_a_dissolved_territory_leaves_nobody_behind(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        account = company(session, cast, "Big Berlin", "DE", 500)
        account.territory_id = cast.north
        session.add(account)
        delete_territory(session, viewer=cast.alice, territory_id=cast.north)
        assert account.territory_id is None
        assert viewer_by_id(session, cast.bob.member_id).access.territories == []
        told = session.scalars(select(col(Event.type)).where(col(Event.type).like("territory.%"))).all()
        assert told == ["territory.deleted"]


def test_only_who_may_configure_draws_territories(database: Database):
    cast = gather(database.engine)
    with transaction(database.engine) as session:
        for act in (simulate, apply):
            with pytest.raises(Forbidden):
                act(session, viewer=cast.bob)
        with pytest.raises(Forbidden):
            create_territory(session, viewer=cast.bob, name="Mine")
        with pytest.raises(InvalidInput) as refused:
            create_territory(session, viewer=cast.alice, name="X", rule={"and": [{"field": "nope", "op": "is"}]})
        assert str(refused.value.field).startswith("rule.and.0")
        with pytest.raises(InvalidInput, match="owner_id"):
            create_territory(session, viewer=cast.alice, name="X", owner_id=cast.mallory.member_id)
