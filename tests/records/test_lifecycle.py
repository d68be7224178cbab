"""The phases of customers, from their deals and leads."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

import app.registry  # noqa: F401
from app.core.clock import utcnow
from app.core.database import transaction
from app.records.deals import create_deal, move_stage, stages_of
from app.records.journey import journey
from app.records.service import create_record, update_record
from app.workspaces.access import Viewer
from models import Event, FieldChange, LifecycleChange, Record
from tests.cast import Cast, gather
from tests.conftest import Database


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def stage(session: Session, viewer: Viewer, name: str) -> str:
    return next(stage.id for stage in stages_of(session, viewer=viewer) if stage.name == name)


def account(session: Session, viewer: Viewer) -> tuple[Record, Record]:
    """Quarry and its Dana."""
    company = create_record(
        session, workspace_id=viewer.workspace_id, kind="company", values={"name": "Quarry"}, viewer=viewer
    )
    values = {"name": "Dana", "email": "dana@quarry.example", "company": company.id}
    dana = create_record(session, workspace_id=viewer.workspace_id, kind="contact", values=values, viewer=viewer)
    return company, dana


def sell(session: Session, viewer: Viewer, company: Record, dana: Record, **values: object) -> Record:
    values = {"name": "Crusher", "company": company.id, **values}
    return create_deal(session, viewer=viewer, values=values, contact_ids=[dana.id])


def move(session: Session, viewer: Viewer, deal: Record, name: str, **more: object) -> None:
    move_stage(session, viewer=viewer, deal_id=deal.id, stage_id=stage(session, viewer, name), **more)


def phases(session: Session, viewer: Viewer, record: Record) -> list[str]:
    return [step.phase for step in journey(session, viewer=viewer, record_id=record.id)]


def lifecycles(session: Session, record: Record) -> list[tuple[str | None, str | None]]:
    mine = select(FieldChange).where(col(FieldChange.record_id) == record.id, col(FieldChange.key) == "lifecycle")
    return [(change.old, change.new) for change in session.scalars(mine.order_by(col(FieldChange.id)))]


def test_the_first_won_deal_makes_customers_and_reopening_it_undoes_that(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company, dana = account(session, cast.bob)
        deal = sell(session, cast.bob, company, dana)
        move(session, cast.bob, deal, "Won")
        for record in (company, dana):
            session.refresh(record)
            assert (record.lifecycle, record.data["customer_since"]) == ("Customer", utcnow().date().isoformat())
        move(session, cast.bob, deal, "Negotiation")
        for record in (company, dana):
            session.refresh(record)
            assert (record.lifecycle, record.data["customer_since"]) == ("Opportunity", None)
            wanted = [(None, "Opportunity"), ("Opportunity", "Customer"), ("Customer", "Opportunity")]
            assert lifecycles(session, record) == wanted
            assert phases(session, cast.bob, record) == ["first_touch", "opportunity"]


def test_a_customer_of_two_deals_stays_one_when_one_is_reopened(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company, dana = account(session, cast.bob)
        first, second = sell(session, cast.bob, company, dana), sell(session, cast.bob, company, dana)
        move(session, cast.bob, first, "Won")
        move(session, cast.bob, second, "Won")
        assert phases(session, cast.bob, company) == ["first_touch", "opportunity", "customer", "renewal"]
        move(session, cast.bob, first, "Proposal")
        assert phases(session, cast.bob, company) == ["first_touch", "opportunity", "customer"]
        session.refresh(company)
        assert company.lifecycle == "Customer"


def test_customers_since_the_day_that_was_given_for_closing(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company, dana = account(session, cast.bob)
        deal = sell(session, cast.bob, company, dana)
        move(session, cast.bob, deal, "Won", values={"close_on": "2026-01-05"})
        session.refresh(company)
        assert (str(deal.close_on), company.data["customer_since"]) == ("2026-01-05", "2026-01-05")


def test_who_joins_a_won_deal_is_a_customer_and_who_comes_with_a_new_company_too(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company, dana = account(session, cast.bob)
        deal = sell(session, cast.bob, company, dana)
        move(session, cast.bob, deal, "Won")
        other, tom = account(session, cast.bob)
        update_record(session, viewer=cast.bob, record_id=deal.id, values={"company": other.id, "contacts": [tom.id]})
        found = []
        for record in (other, tom, company, dana):
            session.refresh(record)
            found.append(record.lifecycle)
        assert found == ["Customer", "Customer", "Opportunity", "Opportunity"]


def test_a_person_has_the_last_word(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company, dana = account(session, cast.bob)
        deal = sell(session, cast.bob, company, dana)
        move(session, cast.bob, deal, "Won")
        for lifecycle in ("Advocate", "Churned"):
            update_record(session, viewer=cast.bob, record_id=company.id, values={"lifecycle": lifecycle})
        told = ["first_touch", "opportunity", "customer", "advocate", "churned"]
        assert phases(session, cast.bob, company) == told
        move(session, cast.bob, sell(session, cast.bob, company, dana), "Won")
        assert phases(session, cast.bob, company) == [*told, "renewal"]
        update_record(session, viewer=cast.bob, record_id=company.id, values={"lifecycle": "Lead"})
        assert phases(session, cast.bob, company) == ["first_touch", "lead"]
        session.refresh(company)
        assert company.lifecycle == "Lead"
        reverted = select(LifecycleChange).where(col(LifecycleChange.reverted_at).is_not(None))
        assert len(session.scalars(reverted.where(col(LifecycleChange.record_id) == company.id)).all()) == 5


def test_a_journey_proves_each_phase_with_an_event(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company, dana = account(session, cast.bob)
        deal = sell(session, cast.bob, company, dana)
        later = utcnow() + timedelta(hours=1)
        first, opportunity = journey(session, viewer=cast.bob, record_id=dana.id, now=later)
        assert first.left_at == opportunity.entered_at
        assert first.seconds + opportunity.seconds in (3600, 3599)
        assert opportunity.evidence.record_id == deal.id
        for step, type in ((first, "record.created"), (opportunity, "deal.stage_changed")):
            assert session.get_one(Event, step.evidence.event_id).type == type


def test_a_journey_does_not_tell_of_deals_out_of_sight(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        _, dana = account(session, cast.bob)
        create_deal(session, viewer=cast.alice, values={"name": "Secret"}, contact_ids=[dana.id])
        step = journey(session, viewer=cast.bob, record_id=dana.id)[-1]
        assert (step.phase, step.evidence) == ("opportunity", None)
        assert journey(session, viewer=cast.alice, record_id=dana.id)[-1].evidence.record_name == "Secret"
