"""Statistics are kept step by step, and are at any time what counting from scratch gives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

import app.registry  # noqa: F401
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import Conflict, InvalidInput, NotFound
from app.records.bulk import draft_records, insert_records
from app.records.deals import create_deal, move_stage, stages_of
from app.records.fields.elapsed import days_elapsed
from app.records.fields.stored import value_of
from app.records.links import set_link
from app.records.schema import folder_of_kind, schema_of
from app.records.service import update_record
from app.records.shelf import archive_record, delete_record, restore_record, unarchive_record
from app.timeline.notes import add_note
from app.timeline.recount import recount
from app.timeline.tasks.service import add_task, complete_task
from models import Message, Record, Task
from sync.by_hand import link_thread, log_message, unlog_message
from tests.conftest import Database
from tests.records.computing import formula, value
from tests.sync.letters import bounce, letter, sent
from tests.sync.office import Office, open_office

COLUMNS = ("emails_in", "emails_out", "last_email_in_at", "last_email_out_at", "open_deals", "open_amount")
COLUMNS += ("last_activity_at", "next_task_at")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def office(database: Database) -> Office:
    return open_office(database.engine)


def counted(office: Office, record_id: str) -> tuple[Any, ...]:
    record = next(record for record in office.all(Record) if record.id == record_id)
    return record.emails_in, record.emails_out, record.open_deals, record.open_amount


def test_mail_is_counted_with_the_mail(office: Office):
    quarry = office.create("company", name="Quarry", domain="customer.example")
    dana = office.create("contact", name="Dana", email="dana@customer.example", company=quarry)
    office.receive(office.cast.alice, letter(day=1), sent(day=3), letter(day=2))
    assert counted(office, dana)[:2] == counted(office, quarry)[:2] == (2, 1)
    record = office.records("contact")["Dana"]
    assert record.last_email_in_at == letter(day=2).internal_date
    assert record.last_email_out_at == letter(day=3).internal_date


def test_what_nobody_wrote_is_not_counted(office: Office):
    dana = office.create("contact", name="Dana", email="dana@customer.example")
    office.receive(office.cast.alice, bounce(failed="dana@customer.example"), letter(auto_submitted="auto-replied"))
    assert counted(office, dana)[:2] == (0, 0)
    assert len(office.rules(dana)) == 2


def test_a_copy_of_a_colleague_is_not_counted_again(office: Office):
    dana = office.create("contact", name="Dana", email="dana@customer.example")
    mail = {"to": "alice@fairfield.example, bob@fairfield.example", "rfc_id": "one@customer.example"}
    office.receive(office.cast.alice, letter(**mail))
    office.receive(office.cast.bob, letter(**mail))
    assert counted(office, dana)[:2] == (1, 0)


def test_mail_from_before_the_record_counts(office: Office):
    office.receive(office.cast.alice, letter(), sent(day=1))
    kim = office.create("contact", name="Kim", email="dana@customer.example")
    office.settle()
    assert counted(office, kim)[:2] == (1, 1)


def test_formulas_follow_statistics(office: Office, database: Database):
    with transaction(database.engine) as session:
        formula(session, office.cast, "contact", "mails", "emails_in + emails_out")
        formula(session, office.cast, "contact", "since", "text(day_of(last_activity_at))")
        formula(session, office.cast, "company", "per_deal", "open_amount / open_deals")
    quarry = office.create("company", name="Quarry")
    dana = office.create("contact", name="Dana", email="dana@customer.example", company=quarry)
    office.receive(office.cast.alice, letter(), sent(day=1))
    with transaction(database.engine) as session:
        for amount in ("10", "20"):
            create_deal(session, viewer=office.cast.alice, values={"name": "Deal", "company": quarry, "amount": amount})
    assert value(database, dana, "mails") == 2
    assert value(database, dana, "since") == letter(day=1).internal_date.date().isoformat()
    assert value(database, quarry, "per_deal") == 1_500


def test_days_grow_by_themselves_alike_in_sql_and_in_python(office: Office, database: Database):
    with transaction(database.engine) as session:
        folder = folder_of_kind(session, workspace_id=office.cast.workspace_id, kind="contact")
        field = schema_of(session, folder=folder).field("days_since_contact")
        for hours, other in ((0, None), (23, 100), (25, None), (71, 72), (-5, None), (None, None)):
            dana = session.get_one(Record, office_contact(session, office))
            dana.last_email_in_at = None if hours is None else NOON - timedelta(hours=hours, microseconds=5)
            dana.last_email_out_at = None if other is None else NOON - timedelta(hours=other)
        session.flush()
        days = value_of(field, now=NOON)
        rows = session.execute(select(Record, days).where(col(Record.kind) == "contact").order_by(days)).all()
        assert [found for record, found in rows] == [days_elapsed(field, record, now=NOON) for record, _ in rows]
        assert sorted(found for _, found in rows if found is not None) == [0, 0, 0, 1, 2]
        long_ago = select(col(Record.id)).where(value_of(field, now=NOON) >= 1)
        assert len(session.scalars(long_ago).all()) == 2


def office_contact(session: Session, office: Office) -> str:
    [draft] = draft_records(session, workspace_id=office.cast.workspace_id, kind="contact", many=[{"name": "Dana"}])
    assert draft
    insert_records(session, [draft])
    return str(draft["id"])


class World:
    """A few people, companies and deals, and everything that may happen to them."""

    def __init__(self, office: Office) -> None:
        self.office, self.viewer = office, office.cast.alice
        stamp = utcnow().timestamp()
        self.addresses = [f"p{n}-{stamp}@customer{n}.example" for n in range(3)]
        self.companies = [office.create("company", name=f"Company {n}") for n in range(2)]
        self.contacts = [
            office.create("contact", name=f"Contact {n}", email=address, company=self.companies[n % 2])
            for n, address in enumerate(self.addresses[:2])
        ]
        with transaction(office.engine) as session:
            made = [self.new_deal(session, n) for n in range(2)]
        self.deals = made

    def new_deal(self, session: Session, n: int) -> str:
        values = {"name": "Deal", "company": self.companies[n], "amount": str(100 * n + 10)}
        return create_deal(session, viewer=self.viewer, values=values, contact_ids=self.contacts[n:]).id

    def mail(self, n: int, m: int) -> None:
        address = self.addresses[n % 3]
        write = [
            lambda: letter(sender=address, day=m),
            lambda: sent(to=address, day=m),
            lambda: bounce(failed=address, day=m),
        ][m % 3]
        self.office.receive(self.viewer, write(), write())

    def both_get(self, n: int, m: int) -> None:
        words = {"sender": self.addresses[n % 3], "rfc_id": f"{utcnow().timestamp()}@x.example", "day": m}
        both = "alice@fairfield.example, bob@fairfield.example"
        self.office.receive(self.viewer, letter(to=both, **words))
        self.office.receive(self.office.cast.bob, letter(to=both, **words))

    def by_hand(self, session: Session, n: int, m: int) -> None:
        messages = session.scalars(select(Message).order_by(col(Message.id).desc()).limit(3)).all()
        if not messages:
            return
        message = messages[n % len(messages)]
        if m % 3 == 0:
            unlog_message(session, viewer=self.viewer, message_id=message.id)
        elif m % 3 == 1:
            log_message(session, viewer=self.viewer, message_id=message.id, record_ids=[self.deals[m % 2]])
        else:
            link_thread(session, viewer=self.viewer, thread_id=message.thread_id, record_id=self.deals[m % 2])

    def address(self, session: Session, n: int, m: int) -> None:
        values = {"email": self.addresses[m % 3] if m else None}
        update_record(session, viewer=self.viewer, record_id=self.contacts[n % 2], values=values)

    def stage(self, session: Session, n: int, m: int) -> None:
        stage = stages_of(session, viewer=self.viewer)[m % 7]
        move_stage(session, viewer=self.viewer, deal_id=self.deals[n % 2], stage_id=stage.id, reason="Pricing")

    def change(self, session: Session, n: int, m: int) -> None:
        values = [{"amount": str(m)}, {"company": self.companies[m % 2]}, {"company": None}, {"amount": None}][m % 4]
        update_record(session, viewer=self.viewer, record_id=self.deals[n % 2], values=values)

    def people(self, session: Session, n: int, m: int) -> None:
        ends = [session.get_one(Record, id) for id in (self.deals[n % 2], self.contacts[m % 2])]
        set_link(session, *ends, label="participant", on=m % 3 > 0, actor_id=self.viewer.member_id)

    def shelve(self, session: Session, n: int, m: int) -> None:
        act = [archive_record, unarchive_record, delete_record, restore_record][m % 4]
        act(session, viewer=self.viewer, record_id=[*self.deals, *self.companies][n % 4])

    def write(self, session: Session, n: int, m: int) -> None:
        everyone = [*self.contacts, *self.deals]
        if m % 2:
            add_note(session, viewer=self.viewer, record_ids=[everyone[n % 4]], text="Hello")
        else:
            due = NOON + timedelta(days=m)
            add_task(session, viewer=self.viewer, title="Call", due_at=due, record_ids=[everyone[n % 4]])

    def finish(self, session: Session, n: int, m: int) -> None:
        tasks = session.scalars(select(Task).where(col(Task.done_at).is_(None)).order_by(col(Task.id))).all()
        if tasks:
            complete_task(session, viewer=self.viewer, task_id=tasks[(n + m) % len(tasks)].id)

    def happen(self, name: str, n: int, m: int) -> None:
        if name in ("mail", "both_get"):
            getattr(self, name)(n, m)
        elif name == "settle":
            self.office.settle()
        else:
            try:
                with transaction(self.office.engine) as session:
                    getattr(self, name)(session, n, m)
            except (NotFound, InvalidInput, Conflict):
                pass  # what lies in the bin cannot be changed


HAPPENINGS = ("mail", "both_get", "by_hand", "address", "stage", "change", "people", "shelve", "write", "finish")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    story=st.lists(
        st.tuples(st.sampled_from([*HAPPENINGS, "settle"]), st.integers(0, 5), st.integers(0, 11)), max_size=14
    )
)
def test_step_by_step_and_from_scratch_agree(office: Office, story: list[tuple[str, int, int]]):
    world = World(office)
    for happening in story:
        world.happen(*happening)
    office.settle()
    with transaction(office.engine) as session:
        rows = select(col(Record.id), *(getattr(Record, name) for name in COLUMNS)).order_by(col(Record.id))
        rows = rows.where(col(Record.workspace_id) == office.cast.workspace_id)
        step_by_step = session.execute(rows).all()
        recount(session, record_ids=[row[0] for row in step_by_step])
        assert session.execute(rows).all() == step_by_step
