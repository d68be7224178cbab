"""The customers of the labelled threads in the store, with their deals, and what was written before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from app.core.database import transaction
from app.records.deals import PARTICIPANT
from app.records.links import link_records
from app.records.service import create_record
from models import Message, Record
from sync.by_hand import link_thread
from sync.parse import ParsedMessage
from tests.sync.attribution.accounts import ACCOUNTS, Account, Deal
from tests.sync.attribution.threads import (
    ALICE,
    FIRST_LETTER,
    Labelled,
    champion,
    consultant,
    engineer,
    opening_id,
    owner,
    private,
)
from tests.sync.letters import FIRST_DAY, letter
from tests.sync.office import Office

LONG_AGO, A_WEEK_AGO = FIRST_LETTER - 300, FIRST_LETTER - 7


def furnish(office: Office) -> dict[str, str]:
    """Companies, contacts, deals, quotes and a linked first thread of each deal; returns deal ids by name."""
    deals: dict[str, str] = {}
    for number, account in enumerate(ACCOUNTS):
        large = office.create("company", name=account.large, domain=account.large_domain)
        small = office.create("company", name=account.small, domain=account.small_domain)
        people = {
            one: office.create("contact", name=one.split(" <")[0], email=one.split("<")[1][:-1], **company)
            for one, company in _contacts(account, large, small)
        }
        for deal, company, on_it in _deals(account, large, small):
            deals[deal.name] = _deal(office, deal, company, [people[one] for one in on_it])
        _close(office, deals[account.past.name], A_WEEK_AGO if number % 2 else LONG_AGO)
    office.settle()
    _open_threads(office, deals)
    return deals


def arrive(thread: Labelled) -> list[ParsedMessage]:
    """The letters of a thread, one Gmail thread in Alice's mailbox."""
    first, parsed = thread.letters[0], []
    for position, one in enumerate(thread.letters):
        headers = {"cc": ", ".join(one.cc)} | ({"in_reply_to": f"<{one.answers}>"} if one.answers else {})
        parsed.append(
            letter(
                sender=one.sender,
                to=", ".join(one.to),
                subject=one.subject,
                labels=("SENT",) if one.sender == ALICE else ("INBOX",),
                thread=f"thread-{first.id}",
                rfc_id=one.id,
                day=FIRST_LETTER + thread.account % 5 + position,
                **headers,
            )
        )
    return parsed


def _contacts(a: Account, large: str, small: str) -> Iterator[tuple[str, dict[str, str]]]:
    yield champion(a), {"company": large}
    yield engineer(a), {"company": large}
    yield owner(a), {"company": small}
    yield private(a), {}
    yield consultant(a), {}


def _deals(a: Account, large: str, small: str) -> Iterator[tuple[Deal, str, list[str]]]:
    yield a.first, large, [champion(a), engineer(a), consultant(a)]
    yield a.second, large, [champion(a)]
    yield a.single, small, [owner(a), private(a), consultant(a)]
    yield a.past, small, [owner(a)]


def _deal(office: Office, deal: Deal, company: str, people: list[str]) -> str:
    with transaction(office.engine) as session:
        where = {"workspace_id": office.cast.workspace_id}
        record = create_record(session, kind="deal", values={"name": deal.name, "company": company}, **where)
        record.status = "open"
        for contact in people:
            link_records(session, from_id=record.id, to_id=contact, label=PARTICIPANT, **where)
        values = {"name": f"Quote for {deal.name}", "deal": record.id, "company": company}
        quote = create_record(session, kind="quote", values=values, **where)
        quote.data = {**quote.data, "number": deal.quote}
        return record.id


def _close(office: Office, deal_id: str, day: int) -> None:
    with transaction(office.engine) as session:
        deal = session.get_one(Record, deal_id)
        deal.status = "won"
        deal.stage_entered_at = datetime.fromtimestamp(FIRST_DAY / 1000, UTC) + timedelta(days=day)


def _open_threads(office: Office, deals: dict[str, str]) -> None:
    for number, a in enumerate(ACCOUNTS):
        for deal, writer, others in (
            (a.first, champion(a), (engineer(a),)),
            (a.second, champion(a), ()),
            (a.single, owner(a), (private(a),)),
            (a.past, owner(a), ()),
        ):
            when = LONG_AGO - 30 if deal is a.past and not number % 2 else 30 + number
            opening = letter(
                sender=writer,
                subject=deal.opening,
                rfc_id=opening_id(deal),
                thread=f"opening-{deal.quote}",
                day=max(when, 0),
                cc=", ".join(others),
            )
            office.receive(office.cast.alice, opening)
            _put_on(office, opening_id(deal), deals[deal.name])


def _put_on(office: Office, rfc_id: str, deal_id: str) -> None:
    thread_id = next(one.thread_id for one in office.all(Message) if one.rfc_message_id == rfc_id)
    with transaction(office.engine) as session:
        link_thread(session, viewer=office.cast.alice, thread_id=thread_id, record_id=deal_id)
