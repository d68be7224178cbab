"""Formulas and roll-ups follow every change of what they are worked out from."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from sqlalchemy import select
from sqlmodel import Session, col

import app.registry  # noqa: F401
from app.core import jobs
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.core.ids import new_id
from app.core.settings import Settings
from app.records.bulk import draft_records, insert_records
from app.records.computed import field_saved, folders, progress_of
from app.records.computed.rounds import AT_ONCE
from app.records.deals import create_deal, move_stage, stages_of
from app.records.formulas import FormulaError, Type, names_for, shown, to_stored
from app.records.links import link_records, unlink_records
from app.records.service import create_record, update_record
from app.records.shelf import archive_record, delete_record, restore_record, unarchive_record
from app.records.stages import change_stage
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Record
from tests.cast import Cast, gather
from tests.conftest import Database
from tests.records.computing import add_field, formula, value
from tests.records.expressions import Formula, Row, answer, formulas, rows


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def create(session: Session, cast: Cast, kind: str, **values: object) -> str:
    named = {"name": kind.title(), **values}
    return create_record(session, workspace_id=cast.workspace_id, kind=kind, values=named, viewer=cast.alice).id


def deal(session: Session, cast: Cast, **values: object) -> str:
    return create_deal(session, viewer=cast.alice, values={"name": "Crusher", **values}).id


def change(database: Database, cast: Cast, record_id: str, **values: object) -> None:
    with transaction(database.engine) as session:
        update_record(session, viewer=cast.alice, record_id=record_id, values=values)


def stage(session: Session, viewer: Viewer, name: str) -> str:
    return next(stage.id for stage in stages_of(session, viewer=viewer) if stage.name == name)


def test_a_formula_follows_its_record(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        old = deal(session, cast, amount="1000", name="Old")
        field = formula(session, cast, "deal", "expected", "{Amount} * {Probability} / 100")
        assert field.options == {"formula": "amount * probability / 100", "result": "currency"}
        new = deal(session, cast, amount="250.50", name="New")
    assert (value(database, old, "expected"), value(database, new, "expected")) == (10_000, 2_505)
    change(database, cast, new, amount="500")
    assert value(database, new, "expected") == 5_000
    with transaction(database.engine) as session:
        move_stage(session, viewer=cast.alice, deal_id=new, stage_id=stage(session, cast.alice, "Won"))
        assert session.get_one(Record, new).version == 3
    assert value(database, new, "expected") == 50_000
    change(database, cast, new, amount=None)
    assert value(database, new, "expected") is None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=formulas, row=rows)
def test_what_is_stored_is_what_python_reckons(database: Database, cast: Cast, expression: Formula, row: Row):
    with transaction(database.engine) as session:
        if not session.scalars(select(FieldDef).where(col(FieldDef.key) == "hours")).first():
            add_field(session, cast, "deal", "hours", "number")
        record = session.get_one(Record, deal(session, cast))
        record.name, record.close_on = row["name"], row["close_on"]
        record.probability = None if row["probability"] is None else int(row["probability"])
        record.amount = None if row["amount"] is None else int(row["amount"] * 100)
        record.data = {"hours": None if row["hours"] is None else float(row["hours"])}
        try:
            field = formula(session, cast, "deal", f"answer_{new_id()}", expression.text)
        except FormulaError:
            session.rollback()
            assume(False)
        session.refresh(record)
        type = Type(field.options["result"], "EUR" if field.options["result"] == "currency" else "")
        assert record.data.get(field.key) == to_stored(answer(expression, row), type)
        field.archived_at = utcnow()
        field_saved(session, field=field)


def test_formulas_of_formulas_are_worked_out_in_order(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        add_field(session, cast, "company", "cost", "currency")
        double = formula(session, cast, "company", "double", "cost * 2").id
        formula(session, cast, "company", "four", "double * 2")
        formula(session, cast, "company", "label", 'name & ": " & fixed(four, 2)')
        quarry = create(session, cast, "company", name="Quarry", cost="10")
    assert value(database, quarry, "label") == "Quarry: 40.00"
    with transaction(database.engine) as session:
        rewrite(session, double, "cost * 3")
    assert (value(database, quarry, "four"), value(database, quarry, "label")) == (6_000, "Quarry: 60.00")


def test_a_circle_is_refused_and_named(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        first = formula(session, cast, "company", "first", "1 + 1").id
        formula(session, cast, "company", "second", "first + 1")
        formula(session, cast, "contact", "third", "company.second + 1")
        rollup(session, cast, "company", "fourth", of="contact.company", do="sum", field="third")
        with pytest.raises(InvalidInput, match=r"round in a circle: (First|Second|Third|Fourth)( → [A-Z][a-z]+){4}"):
            rewrite(session, first, "fourth * 2")


def test_a_field_that_a_formula_needs_stays_as_it_was(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field = add_field(session, cast, "company", "cost", "currency")
        formula(session, cast, "company", "double", "cost * 2")
        field.type = "text"
        with pytest.raises(InvalidInput, match=r"Cost: Double needs it as it was\. cost is a text.*multiplied, at 6"):
            field_saved(session, field=field)


def test_another_type_of_the_needed_field_passes_on(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field = add_field(session, cast, "company", "cost", "currency")
        double = formula(session, cast, "company", "double", "cost * 2")
        quarry = create(session, cast, "company", cost="1.50")
        field.type = "number"
        field_saved(session, field=field)
        assert double.options["result"] == "number"
    assert value(database, quarry, "double") == 300


def test_renaming_breaks_no_formula(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field = add_field(session, cast, "company", "cost", "currency")
        double = formula(session, cast, "company", "double", '{COST} * 2 * if({industry} = "software", 1, 0)')
        assert double.options["formula"] == 'cost * 2 * if(industry = "Software", 1, 0)'
        field.name = "Price of it all"
        field_saved(session, field=field)
        quarry = create(session, cast, "company", cost="1.50", industry="Software")
        names = names_for(session, folder=session.get_one(Folder, field.folder_id))
        told = shown(double.options["formula"], names)
    assert told == '{Price of it all} * 2 * if({Industry} = "Software", 1, 0)'
    assert value(database, quarry, "double") == 300


def test_renaming_a_stage_breaks_no_formula(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        field_id = formula(session, cast, "deal", "won", 'if(one_of(stage, "won", "Proposal"), amount, 0)').id
        formula(session, cast, "deal", "place", 'stage & "!"')
        crusher = deal(session, cast, amount="10")
        won = stage(session, cast.alice, "Won")
        move_stage(session, viewer=cast.alice, deal_id=crusher, stage_id=won)
    with transaction(database.engine) as session:
        change_stage(session, viewer=cast.alice, stage_id=won, changes={"name": 'The "deal" is ours'})
    assert (value(database, crusher, "won"), value(database, crusher, "place")) == (1_000, 'The "deal" is ours!')
    with transaction(database.engine) as session:
        stored = session.get_one(FieldDef, field_id).options["formula"]
        assert stored == 'if(one_of(stage, "The \\"deal\\" is ours", "Proposal"), amount, 0)'


def test_a_formula_follows_the_related_record(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry = create(session, cast, "company", name="Quarry", industry="Software")
        other = create(session, cast, "company", name="Other", industry="Retail")
        formula(session, cast, "contact", "label", '{Company}.{Industry} & " / " & name & " / " & company')
        dana = create(session, cast, "contact", name="Dana", company=quarry)
    assert value(database, dana, "label") == "Software / Dana / Quarry"
    change(database, cast, quarry, industry="Energy", name="Quarry & Co")
    assert value(database, dana, "label") == "Energy / Dana / Quarry & Co"
    change(database, cast, dana, company=other)
    assert value(database, dana, "label") == "Retail / Dana / Other"
    with transaction(database.engine) as session:
        delete_record(session, viewer=cast.alice, record_id=other)
    assert value(database, dana, "label") == " / Dana / "
    with transaction(database.engine) as session:
        restore_record(session, viewer=cast.alice, record_id=other)
    assert value(database, dana, "label") == "Retail / Dana / Other"


WON = {"field": "status", "op": "is", "value": "won"}


def test_a_rollup_follows_what_it_counts(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry, other = (create(session, cast, "company", name=name) for name in ("Quarry", "Other"))
        old = deal(session, cast, amount="100", company=quarry)
        field = rollup(session, cast, "company", "won", of="deal.company", do="sum", field="amount", filter=WON)
        assert field.options["result"] == "currency"
        formula(session, cast, "contact", "share", "company.won / 2")
        dana = create(session, cast, "contact", company=quarry)
        new = deal(session, cast, amount="50", company=quarry)

    def won() -> tuple[Any, ...]:
        return value(database, quarry, "won"), value(database, other, "won"), value(database, dana, "share")

    assert won() == (0, 0, 0)
    with transaction(database.engine) as session:
        for each in (old, new):
            move_stage(session, viewer=cast.alice, deal_id=each, stage_id=stage(session, cast.alice, "Won"))
    assert won() == (15_000, 0, 7_500)
    change(database, cast, new, amount="60.01")
    assert won() == (16_001, 0, 8_001)
    change(database, cast, old, company=other)
    assert won() == (6_001, 10_000, 3_001)
    for act, back in ((archive_record, unarchive_record), (delete_record, restore_record)):
        with transaction(database.engine) as session:
            act(session, viewer=cast.alice, record_id=new)
        assert won() == (0, 10_000, 0)
        with transaction(database.engine) as session:
            back(session, viewer=cast.alice, record_id=new)
        assert won() == (6_001, 10_000, 3_001)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"do": "count"}, 3),
        ({"do": "average", "field": "amount"}, 3_333),
        ({"do": "min", "field": "amount"}, 2_000),
        ({"do": "max", "field": "close_on"}, "2026-03-01"),
        ({"do": "max", "field": "created_by_hand"}, None),
        ({"do": "sum", "field": "hours"}, 2.75),
        ({"do": "count", "filter": {"field": "amount", "op": "at_least", "value": "45"}}, 1),
    ],
)
def test_what_a_rollup_can_do(database: Database, cast: Cast, options: dict[str, Any], expected: object):
    with transaction(database.engine) as session:
        add_field(session, cast, "deal", "hours", "number")
        add_field(session, cast, "deal", "created_by_hand", "datetime")
        quarry = create(session, cast, "company")
        for amount, hours, day in ((20, 1.5, "2026-01-31"), (30, 1.25, None), (50, None, "2026-03-01")):
            deal(session, cast, company=quarry, amount=str(amount), hours=hours, close_on=day)
        rollup(session, cast, "company", "answer", of="deal.company", **options)
    assert value(database, quarry, "answer") == expected


def test_a_rollup_over_links(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        rollup(session, cast, "contact", "worth", of="deal.contacts", do="sum", field="amount")
        dana, kim = (create(session, cast, "contact", name=name) for name in ("Dana", "Kim"))
        crusher = create_deal(
            session, viewer=cast.alice, values={"name": "Crusher", "amount": "10"}, contact_ids=[dana]
        ).id
    assert (value(database, dana, "worth"), value(database, kim, "worth")) == (1_000, 0)
    change(database, cast, crusher, contacts=[kim])
    assert (value(database, dana, "worth"), value(database, kim, "worth")) == (0, 1_000)
    with transaction(database.engine) as session:
        ends = {"from_id": crusher, "label": "participant"}
        unlink_records(session, to_id=kim, **ends)
        link_records(session, workspace_id=cast.workspace_id, to_id=dana, **ends)
    assert (value(database, dana, "worth"), value(database, kim, "worth")) == (1_000, 0)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"of": "deal.company", "do": "guess"}, "options.do"),
        ({"of": "deal.owner", "do": "count"}, "options.of"),
        ({"of": "planet.company", "do": "count"}, "options.of"),
        ({"of": "deal.company", "do": "sum"}, "options.field"),
        ({"of": "deal.company", "do": "sum", "field": "next_step"}, "options.field"),
        ({"of": "deal.company", "do": "count", "filter": {"field": "shoe", "op": "is", "value": 1}}, "options.filter"),
    ],
)
def test_a_rollup_that_cannot_be(database: Database, cast: Cast, options: dict[str, Any], field: str):
    with transaction(database.engine) as session, pytest.raises(InvalidInput) as refusal:
        rollup(session, cast, "company", "answer", **options)
    assert (refusal.value.field or "").startswith(field)


def test_a_large_folder_is_left_to_a_job(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        drafts = draft_records(
            session, workspace_id=cast.workspace_id, kind="product", many=[{"name": "Bolt"}] * (AT_ONCE + 1)
        )
        insert_records(session, [draft for draft in drafts if draft])
        field_id = formula(session, cast, "product", "shout", 'upper(name) & "!"').id
        progress = progress_of(session, field=session.get_one(FieldDef, field_id))
        assert progress
        assert (progress.done, progress.total) == (0, AT_ONCE + 1)
    folders.recalculate_folder(jobs.JobContext(Settings(database_url=database.url), database.engine), field_id)
    with transaction(database.engine) as session:
        assert progress_of(session, field=session.get_one(FieldDef, field_id)) is None
        assert {record.data["shout"] for record in session.scalars(select(Record))} == {"BOLT!"}


def test_what_asks_for_the_day_is_worked_out_every_night(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        quarry = create(session, cast, "company")
        formula(session, cast, "company", "day", "text(today())")
        record = session.get_one(Record, quarry)
        record.data = {**record.data, "day": "yesterday"}
    folders.recalculate_nightly(jobs.JobContext(Settings(database_url=database.url), database.engine))
    assert value(database, quarry, "day") == utcnow().date().isoformat()


def rewrite(session: Session, field_id: str, text: str) -> None:
    field = session.get_one(FieldDef, field_id)
    field.options = {**field.options, "formula": text}
    field_saved(session, field=field)


def rollup(session: Session, cast: Cast, kind: str, key: str, **options: Any) -> FieldDef:
    return add_field(session, cast, kind, key, "rollup", **options)
