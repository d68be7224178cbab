"""The first import."""

from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from models import MailboxMessage
from tests.sync.engine.office import ADDRESS, Office


def test_every_listed_message_gets_one_outcome(office: Office):
    ids = office.fill(30, replies=2)
    draft = office.deliver(labels=("DRAFT",))
    office.sync()
    assert office.outcomes() == dict.fromkeys(ids, "stored") | {draft: "filtered: draft"}
    assert office.queued() == 0
    assert office.mailbox().state == "live"
    assert office.events() == ["mailbox.import_started", "mailbox.imported"]


def test_an_empty_mailbox_goes_live(office: Office):
    office.sync()
    assert office.mailbox().state == "live"
    assert office.outcomes() == {}


def test_a_thread_is_fetched_whole_in_one_call(office: Office):
    office.fill(4, replies=3)
    office.sync()
    assert office.calls("threads.get") == 4
    assert office.calls("messages.get") == 0


def test_the_newest_hundred_come_before_the_rest_is_listed(office: Office):
    ids = office.fill(260)
    fetched: list[int] = []
    listings_when_fetched: list[int] = []

    def progress(messages: int) -> None:
        fetched.append(messages)
        listings_when_fetched.append(office.calls("threads.list"))

    office.sync(progress=progress)
    assert sum(fetched) == len(ids)
    before_second_listing = [n for n, listings in zip(fetched, listings_when_fetched, strict=True) if listings == 1]
    assert sum(before_second_listing) == 100
    with transaction(office.engine, read_only=True) as session:
        recorded = select(col(MailboxMessage.gmail_id)).order_by(col(MailboxMessage.recorded_at))
        first_hundred = session.scalars(recorded).all()[:100]
    assert set(first_hundred) == set(ids[-100:])


def test_mail_that_comes_during_the_import_is_not_lost(office: Office):
    office.fill(130)
    late: list[str] = []

    def progress(_messages: int) -> None:
        if not late:
            late.append(office.deliver(subject="Urgent"))

    office.sync(progress=progress)
    assert office.outcomes()[late[0]] == "stored"
    assert office.tally() == {"stored": 131}


def test_the_search_limits_the_import_but_not_what_comes_later(office: Office):
    wanted = office.deliver(subject="Quotation")
    office.deliver(subject="Newsletter")
    office.settings = office.settings.model_copy(update={"backfill_query": "subject:Quotation"})
    office.sync()
    assert set(office.outcomes()) == {wanted}
    later = office.deliver(subject="Something else")
    office.sync()
    assert set(office.outcomes()) == {wanted, later}


def test_pages_that_repeat_threads_store_nothing_twice(office: Office):
    """New mail pushes threads onto the next page while the listing is under way."""
    office.fill(150)
    pushed: list[str] = []

    def progress(_messages: int) -> None:
        if len(pushed) < 30:
            pushed.extend(office.fill(30))

    office.sync(progress=progress)
    assert office.tally() == {"stored": 180}


def test_a_page_token_that_died_starts_the_listing_over(office: Office):
    office.fill(120)
    office.emulator.faults.add(method="threads.list", nth=2, status=400, reason="invalidArgument")
    office.sync()
    assert office.tally() == {"stored": 120}


def test_own_addresses_are_known_before_the_first_message(office: Office):
    office.deliver(sender="Sales <sales@fairfield.example>", to="dana@customer.example", labels=("SENT",))
    office.sync()
    assert office.mailbox().aliases == ["sales@fairfield.example"]
    assert office.tally() == {"stored": 1}


def test_only_labelled_mail_when_the_mailbox_says_so(office: Office):
    wanted = office.deliver(labels=("INBOX", "CRM"))
    office.deliver()
    label_id = next(iter(office.emulator.mailbox(ADDRESS).messages[wanted].labels - {"INBOX"}))
    office.set(mode="labelled", label_id=label_id)
    office.sync()
    assert office.outcomes() == {wanted: "stored"}
