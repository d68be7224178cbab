"""A thread finds its deal, says why, and does as people say."""

from dataclasses import dataclass

import pytest
from sqlalchemy import event

import sync.attribution.rule
import sync.past_mail  # noqa: F401  (their consumers must be known when mail is stored)
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import InvalidInput, NotFound
from app.records.deals import PARTICIPANT
from app.records.links import link_records
from models import DealChoice, MailThread, Record, ThreadCandidate, ThreadLink
from sync.attribution.candidates import candidates
from sync.attribution.choosing import choose_deal
from sync.attribution.score import WEIGHTS, Candidate
from sync.by_hand import link_thread
from tests.cast import granted
from tests.conftest import Database
from tests.sync.letters import bounce, letter
from tests.sync.office import Office, open_office

CONVEYOR, PALLETS = "Conveyor belt for Leeds", "Pallets in autumn"


@dataclass(frozen=True)
class Shop:
    """Dana at Customer takes part in two open deals."""

    office: Office
    conveyor: str
    pallets: str

    def thread(self, subject: str, **words: object) -> str:
        """A letter of Dana's arrives and its event is handled; returns its thread."""
        mail = letter(subject=subject, **words)  # type: ignore[arg-type]
        self.office.receive(self.office.cast.alice, mail)
        self.office.settle()
        return next(one.id for one in self.office.all(MailThread) if one.subject == subject.removeprefix("Re: "))

    def links(self, thread_id: str) -> dict[str, str]:
        """The rule that put the thread on each record."""
        return {link.record_id: link.rule for link in self.office.all(ThreadLink) if link.thread_id == thread_id}

    def candidates(self, thread_id: str) -> list[Candidate]:
        with transaction(self.office.engine, read_only=True) as session:
            return candidates(session, workspace_id=self.office.cast.workspace_id, thread_id=thread_id)

    def offered(self, thread_id: str) -> dict[str, list[str]]:
        """The codes of the reasons for each deal that is kept to be offered."""
        kept = [one for one in self.office.all(ThreadCandidate) if one.thread_id == thread_id]
        return {one.record_id: [reason["code"] for reason in one.reasons] for one in kept}

    def choose(self, thread_id: str, deal_id: str | None) -> None:
        with transaction(self.office.engine) as session:
            choose_deal(session, viewer=self.office.cast.alice, thread_id=thread_id, deal_id=deal_id)
        self.office.settle()


@pytest.fixture
def shop(database: Database) -> Shop:
    office = open_office(database.engine)
    company = office.create("company", name="Customer", domain="customer.example")
    dana = office.create("contact", name="Dana Diaz", email="dana@customer.example", company=company)
    deals = [office.create("deal", name=name, company=company) for name in (CONVEYOR, PALLETS)]
    with transaction(office.engine) as session:
        for deal in deals:
            session.get_one(Record, deal).status = "open"
            link_records(session, workspace_id=office.cast.workspace_id, from_id=deal, to_id=dana, label=PARTICIPANT)
    office.settle()
    return Shop(office, *deals)


def test_a_thread_that_names_a_deal_goes_on_it_and_keeps_the_reasons(shop: Shop) -> None:
    thread = shop.thread("Leeds: width of the conveyor")

    assert shop.links(thread) == {shop.conveyor: "attribution"}
    [link] = shop.office.all(ThreadLink)
    assert link.member_id is None
    assert [reason["code"] for reason in link.reasons] == ["named_well", "contact", "company"]
    assert link.reasons[0]["detail"] == "conveyor leeds"
    assert shop.office.rules(shop.conveyor) == {"Leeds: width of the conveyor": "thread"}


def test_below_the_bar_candidates_are_offered_and_nothing_is_linked(shop: Shop) -> None:
    thread = shop.thread("A question")

    assert shop.links(thread) == {}
    assert {one.deal_id for one in shop.candidates(thread)} == {shop.conveyor, shop.pallets}
    assert shop.offered(thread) == {deal: ["contact", "company"] for deal in (shop.conveyor, shop.pallets)}


def test_what_is_offered_follows_the_thread_until_it_finds_its_deal(shop: Shop) -> None:
    thread = shop.thread("A question", thread="t1")
    shop.office.receive(shop.office.cast.alice, letter(subject="Conveyor", thread="t1", day=1))
    shop.office.settle()
    assert shop.offered(thread)[shop.conveyor] == ["named", "contact", "company"]
    shop.office.receive(shop.office.cast.alice, letter(subject="Conveyor for Leeds", thread="t1", day=2))
    shop.office.settle()

    assert shop.links(thread) == {shop.conveyor: "attribution"}
    assert shop.offered(thread) == {}


@pytest.mark.parametrize("choice", ["one", "none", "link"])
def test_nothing_is_offered_once_a_person_has_spoken(shop: Shop, choice: str) -> None:
    thread = shop.thread("A question", thread="t1")
    if choice == "link":
        with transaction(shop.office.engine) as session:
            link_thread(session, viewer=shop.office.cast.alice, thread_id=thread, record_id=shop.pallets)
    else:
        shop.choose(thread, shop.pallets if choice == "one" else None)
    shop.office.receive(shop.office.cast.alice, letter(subject="One more question", thread="t1", day=1))
    shop.office.settle()

    assert shop.offered(thread) == {}


def test_closed_deals_are_not_offered_and_three_are_enough(shop: Shop) -> None:
    company = shop.office.records("company")["Customer"].id
    more = [shop.office.create("deal", name=f"Deal {number}", company=company) for number in range(4)]
    with transaction(shop.office.engine) as session:
        for deal in more:
            session.get_one(Record, deal).status = "open"
        closed = session.get_one(Record, shop.pallets)
        closed.status, closed.stage_entered_at = "won", utcnow()
    offered = shop.offered(shop.thread("A question"))

    assert len(offered) == 3
    assert shop.conveyor in offered
    assert shop.pallets not in offered


def test_nothing_is_offered_where_nobody_is_known(shop: Shop) -> None:
    assert shop.offered(shop.thread("A question", sender="Eve <eve@unheard.example>")) == {}


def test_the_score_is_the_chance_that_not_all_reasons_are_coincidence(shop: Shop) -> None:
    first, second = shop.candidates(shop.thread("Conveyor"))

    assert [reason.code for reason in first.reasons] == ["named", "contact", "company"]
    missed = (1 - WEIGHTS["named"]) * (1 - WEIGHTS["contact"]) * (1 - WEIGHTS["company"])
    assert first.score == pytest.approx(1 - missed, abs=1e-4)
    assert first.score > second.score


def test_an_answer_to_mail_on_the_deal_outweighs_a_vague_subject(shop: Shop) -> None:
    linked = shop.thread("Leeds: width of the conveyor", rfc_id="1@customer.example")
    answer = shop.thread("Drawings", in_reply_to="<1@customer.example>", sender="Lee <lee@customer.example>")

    assert answer != linked
    assert shop.links(answer) == {shop.conveyor: "attribution"}


def test_mail_that_no_person_wrote_is_not_attributed(shop: Shop) -> None:
    shop.office.receive(shop.office.cast.alice, bounce(failed="dana@customer.example", subject=CONVEYOR))
    shop.office.settle()

    assert shop.office.all(ThreadLink) == []


@pytest.mark.parametrize("to_another", [True, False])
def test_a_correction_holds_for_good(shop: Shop, to_another: bool) -> None:
    thread = shop.thread("Leeds: width of the conveyor", thread="t1")
    deal = shop.pallets if to_another else None
    shop.choose(thread, deal)
    shop.thread("Re: Leeds: width of the conveyor", thread="t1", day=1)

    assert shop.links(thread) == ({shop.pallets: "hand"} if deal else {})
    assert shop.office.rules(shop.conveyor) == {}
    assert [choice.deal_id for choice in shop.office.all(DealChoice)] == [deal]


def test_a_correction_counts_in_other_threads_with_the_same_people(shop: Shop) -> None:
    before = {one.deal_id: one.score for one in shop.candidates(shop.thread("A question"))}
    shop.choose(shop.thread("Another matter"), shop.pallets)
    after = {one.deal_id: one.score for one in shop.candidates(shop.thread("One more"))}

    assert after[shop.pallets] > before[shop.pallets]
    assert after[shop.conveyor] < before[shop.conveyor]


def test_mail_stays_with_the_company_that_it_belongs_to_anyway(shop: Shop) -> None:
    thread = shop.thread("Leeds: width of the conveyor")
    company = shop.office.records("company")["Customer"].id
    shop.choose(thread, None)

    assert shop.office.rules(company) != {}


def test_a_thread_that_a_person_put_on_a_record_is_left_alone(shop: Shop) -> None:
    thread, company = shop.thread("A question", thread="t1"), shop.office.records("company")["Customer"].id
    with transaction(shop.office.engine) as session:
        link_thread(session, viewer=shop.office.cast.alice, thread_id=thread, record_id=company)
    shop.office.receive(shop.office.cast.alice, letter(subject=CONVEYOR, thread="t1", day=1))
    shop.office.settle()

    assert shop.links(thread) == {company: "hand"}


def test_a_link_by_score_becomes_a_persons_when_they_confirm_it(shop: Shop) -> None:
    thread = shop.thread("Leeds: width of the conveyor")
    shop.choose(thread, shop.conveyor)

    assert shop.links(thread) == {shop.conveyor: "hand"}


def test_a_viewer_is_offered_only_what_they_may_see(shop: Shop) -> None:
    with transaction(shop.office.engine) as session:
        session.get_one(Record, shop.pallets).owner_id = shop.office.cast.carol.member_id
    thread, cast = shop.thread("A question"), shop.office.cast
    bob = granted(cast.bob, read="own")
    with transaction(shop.office.engine, read_only=True) as session:
        offered = candidates(session, workspace_id=cast.workspace_id, thread_id=thread, viewer=bob)

    assert [one.deal_id for one in offered] == [shop.conveyor]


def test_who_chooses_must_reach_the_mail_and_name_a_deal(shop: Shop) -> None:
    thread, cast = shop.thread("A question"), shop.office.cast
    company = shop.office.records("company")["Customer"].id
    with transaction(shop.office.engine) as session:
        with pytest.raises(NotFound):
            choose_deal(session, viewer=cast.mallory, thread_id=thread, deal_id=None)
        with pytest.raises(InvalidInput):
            choose_deal(session, viewer=cast.alice, thread_id=thread, deal_id=company)


def test_candidates_take_a_fixed_number_of_statements(shop: Shop) -> None:
    thread = shop.thread("A question", in_reply_to="<1@customer.example>")
    shop.choose(shop.thread("Another matter"), shop.pallets)
    statements: list[str] = []
    event.listen(shop.office.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    shop.candidates(thread)

    assert 0 < len([one for one in statements if one.lstrip().startswith("SELECT")]) <= 14
