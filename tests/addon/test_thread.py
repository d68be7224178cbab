"""Beside every stored email: whose turn it is, which deal it is about and why, and how long that deal stands still."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.dispatch import drain
from app.records.deals import create_deal
from app.workspaces.seats import refresh_access
from models import DealChoice, Record, Role, RoleGrant, Stage, ThreadCandidate, ThreadLink
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, nodes, texts
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"
BERLIN = ZoneInfo("Europe/Berlin")


def mail(sender: str, to: str, *, ago: timedelta = timedelta(0), **words: str) -> EmailMessage:
    made = letter(sender, to, **words)
    del made["Date"]
    made["Date"] = format_datetime(utcnow() - ago)
    return made


def thread_of(desk: Desk, gmail_id: str) -> str:
    return desk.google.emulator.mailbox(desk.cast.bob.email).messages[gmail_id].thread.id


def turn_of(bob: Sidebar) -> str | None:
    said = [text for text in texts(bob.card) if text.startswith(("Your turn", "Waiting"))]
    return said[0] if said else None


def working_days(count: int) -> timedelta:
    """So far back that this many working days have passed since."""
    now, passed, days = datetime.now(BERLIN), 0, 0
    while passed < count:
        days += 1
        passed += (now - timedelta(days=days)).weekday() < 5
    return timedelta(days=days, hours=1)


def test_it_is_ours_when_the_customer_wrote_last(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    late = working_days(3)
    bob.open(desk.receive(desk.cast.bob, mail(JANE, BOBS, ago=late)))
    days = (datetime.now(BERLIN).date() - (datetime.now(BERLIN) - late).date()).days
    assert turn_of(bob) == f"Your turn: Jane Roe wrote {days} days ago"
    assert any('color="#b06000">Your turn' in str(node.get("text")) for node in nodes(bob.card))


def test_a_fresh_mail_is_not_late(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, mail(JANE, BOBS)))
    assert (turn_of(bob) or "").startswith("Your turn: Jane Roe wrote ")
    assert not any('color="#b06000">Your turn' in str(node.get("text")) for node in nodes(bob.card))


def test_it_is_theirs_when_one_of_us_answered(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    first = desk.receive(desk.cast.bob, mail(JANE, BOBS, ago=timedelta(days=60)))
    desk.receive(desk.cast.bob, mail(BOBS, JANE, ago=timedelta(days=1)), thread=thread_of(desk, first))
    bob.open(first)
    assert turn_of(bob) == "Waiting for Jane Roe since yesterday"


def test_neither_machines_nor_colleagues_take_a_turn(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    first = desk.receive(desk.cast.bob, mail(BOBS, JANE, ago=timedelta(days=9)))
    machine = mail(JANE, BOBS, ago=timedelta(days=8), subject="Out of office")
    machine["Auto-Submitted"] = "auto-replied"
    desk.receive(desk.cast.bob, machine, thread=thread_of(desk, first))
    internal = mail("alice@fairfield.example", BOBS, subject="Lunch")
    among_us = desk.receive(desk.cast.bob, internal, synced=False)
    desk.sync(desk.cast.bob, among_us, forced=True)
    bob.open(first)
    assert (turn_of(bob) or "").startswith("Waiting for Jane Roe since ")
    bob.open(among_us)
    assert turn_of(bob) is None


@pytest.fixture
def jane(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


def deal(desk: Desk, jane: str, name: str, **values: Any) -> str:
    with transaction(desk.context.engine) as session:
        given = {"name": name, "company": session.get_one(Record, jane).company_id, **values}
        return create_deal(session, viewer=desk.cast.bob, values=given, contact_ids=[jane]).id


def asked(desk: Desk, subject: str, *, bob: Sidebar | None = None) -> Sidebar:
    """Bob has Jane's mail open, and its thread has been looked at."""
    sitting = bob or desk.sit(desk.cast.bob)
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS, subject=subject))
    drain(desk.context.engine)
    sitting.open(gmail_id)
    return sitting


def choices(desk: Desk) -> list[str | None]:
    with transaction(desk.context.engine, read_only=True) as session:
        return [one.deal_id for one in session.scalars(select(DealChoice))]


def on_deals(desk: Desk) -> dict[str, str]:
    with transaction(desk.context.engine, read_only=True) as session:
        return {link.record_id: link.rule for link in session.scalars(select(ThreadLink))}


def test_a_deal_that_is_clear_is_linked_with_the_reason(desk: Desk, jane: str) -> None:
    renewal = deal(desk, jane, "Acme renewal")
    deal(desk, jane, "Spare parts")
    bob = asked(desk, "Acme renewal: the dates")
    assert bob.card["header"]["title"] == "Acme renewal"
    said = texts(bob.card)
    assert "On Acme renewal: the subject names the deal, a contact of the deal takes part" in said
    assert "Automatically: the conversation is about Acme renewal" in said
    assert on_deals(desk) == {renewal: "attribution"}


def test_a_wrong_link_is_taken_off_in_one_click_and_learnt(desk: Desk, jane: str) -> None:
    renewal, parts = deal(desk, jane, "Acme renewal"), deal(desk, jane, "Spare parts")
    bob = asked(desk, "Acme renewal: the dates")
    off = bob.action("Not this deal")
    bob.click(off)
    bob.answer(off)
    assert (bob.notice, on_deals(desk), choices(desk)) == ("This conversation is on no deal", {}, [None])
    assert bob.card["header"]["title"] == "Jane Roe"
    assert "Is this about …?" not in texts(bob.card)
    bob.press("Choose a deal…")
    bob.press("Choose", deal_name="spare parts")
    assert (bob.notice, choices(desk)) == ("This conversation is on Spare parts", [parts])
    assert on_deals(desk) == {parts: "hand"}
    assert (len(bob.cards), bob.card["header"]["title"]) == (1, "Spare parts")
    assert "Not this deal" not in texts(bob.card)
    bob.press("Another deal…")
    bob.press("Choose", deal_name="Acme renewal")
    assert on_deals(desk) == {renewal: "hand"}


def test_an_unclear_thread_offers_deals_to_choose_from(desk: Desk, jane: str) -> None:
    renewal = deal(desk, jane, "Acme renewal", amount="12500")
    parts = deal(desk, jane, "Spare parts")
    bob = asked(desk, "A question")
    said = texts(bob.card)
    assert bob.card["header"]["title"] == "Jane Roe"
    assert said.count("Is this about …?") == 2
    why = "Prospecting · €12,500 · a contact of the deal takes part, it is a deal of their company"
    assert why in said
    bob.press("This is about Acme renewal")
    assert (bob.card["header"]["title"], choices(desk)) == ("Acme renewal", [renewal])
    with transaction(desk.context.engine, read_only=True) as session:
        assert session.scalars(select(ThreadCandidate)).all() == []
    asked(desk, "One more question", bob=bob)
    first = next(text for text in texts(bob.card) if text in ("Acme renewal", "Spare parts"))
    assert first == "Acme renewal"
    assert parts not in choices(desk)


def test_none_of_these_settles_it(desk: Desk, jane: str) -> None:
    deal(desk, jane, "Acme renewal")
    deal(desk, jane, "Spare parts")
    bob = asked(desk, "A question")
    bob.press("None of these")
    assert choices(desk) == [None]
    assert "None of these" not in texts(bob.card)


def test_deals_out_of_sight_or_closed_are_not_offered(desk: Desk, jane: str) -> None:
    renewal, parts = deal(desk, jane, "Acme renewal"), deal(desk, jane, "Spare parts")
    third = deal(desk, jane, "Acme training")
    bob = asked(desk, "A question")
    assert texts(bob.card).count("Is this about …?") == 3
    with transaction(desk.context.engine) as session:
        hers = session.get_one(Record, renewal)
        hers.owner_id, hers.territory_id = desk.cast.carol.member_id, desk.cast.south
        session.get_one(Record, parts).status = "won"
    bob.press("Refresh")
    assert texts(bob.card).count("Is this about …?") == 1
    assert "This is about Acme training" in [node.get("altText") for node in nodes(bob.card)]
    stale = bob.action("This is about Acme training")
    for wrong in (renewal, jane, "x"):
        stolen = {**stale, "parameters": [each for each in stale["parameters"] if each["key"] != "deal"]}
        stolen["parameters"].append({"key": "deal", "value": wrong})
        bob.answer(stolen)
    assert (choices(desk), third in on_deals(desk)) == ([], False)


def test_deals_are_suggested_while_their_name_is_typed(desk: Desk, jane: str) -> None:
    deal(desk, jane, "Acme renewal")
    with transaction(desk.context.engine) as session:
        create_deal(session, viewer=desk.cast.carol, values={"name": "Acme secret"})
    bob = asked(desk, "A matter of taste")
    bob.press("Another deal…")
    action = next(node["autoCompleteAction"] for node in nodes(bob.card) if "autoCompleteAction" in node)
    answer = bob.post(action["function"], bob.event(action, deal_name="acme")).json()
    assert [item["text"] for item in answer["autoComplete"]["items"]] == ["Acme renewal · Acme"]


def test_several_of_a_name_are_chosen_from_and_unknown_names_refused(desk: Desk, jane: str) -> None:
    first, second = deal(desk, jane, "Spare parts"), deal(desk, jane, "Spare parts")
    bob = asked(desk, "A question")
    bob.press("Another deal…")
    bob.press("Choose", deal_name="Nonsense")
    assert "Deal: write the name of one, or choose a suggestion." in texts(bob.card)
    bob.press("Choose", deal_name="Spare parts")
    assert "Several deals have this name: choose one." in texts(bob.card)
    bob.press("Spare parts")
    assert len(bob.cards) == 1
    [chosen] = choices(desk)
    assert chosen in (first, second)


def test_who_may_not_write_is_shown_no_buttons(desk: Desk, jane: str) -> None:
    deal(desk, jane, "Acme renewal")
    deal(desk, jane, "Spare parts")
    bob = asked(desk, "A question")
    choosing = bob.action("None of these")
    look_only(desk)
    bob.press("Refresh")
    assert not {"None of these", "Another deal…", "Yes", "Choose a deal…"} & set(texts(bob.card))
    bob.answer(choosing)
    assert choices(desk) == []


def look_only(desk: Desk) -> None:
    """Bob's role reads everything, and changes nothing."""
    with transaction(desk.context.engine) as session:
        rep = session.scalars(
            select(Role).where(col(Role.name) == "Rep", col(Role.workspace_id) == desk.cast.workspace_id)
        ).one()
        rep.rights = {**rep.rights, "edit": "none", "create": "none"}
        session.execute(delete(RoleGrant).where(col(RoleGrant.role_id) == rep.id))
        session.flush()
        refresh_access(session, workspace_id=desk.cast.workspace_id)


def test_hostile_words_stay_words(desk: Desk, jane: str) -> None:
    deal(desk, jane, "<b>Renewal</b> <script>alert(1)</script>" + "x" * 120)
    deal(desk, jane, "Spare parts")
    bob = asked(desk, "<i>renewal</i> {why} “script”")
    assert not any("<script" in str(node.get("text")) for node in nodes(bob.card))


def stand(desk: Desk, deal_id: str, *, days: int, **stage: Any) -> None:
    with transaction(desk.context.engine) as session:
        record = session.get_one(Record, deal_id)
        record.stage_entered_at = utcnow() - timedelta(days=days, hours=1)
        session.get_one(Stage, record.stage_id).sqlmodel_update(stage)


@pytest.mark.parametrize(
    ("days", "stage", "said", "amber"),
    [
        (12, {"usual_days": 8.0}, "12 days in Prospecting, usually 8", True),
        (3, {"usual_days": 8.5}, "3 days in Prospecting, usually 8.5", False),
        (1, {}, "1 day in Prospecting", False),
        (20, {"stale_after": 14}, "20 days in Prospecting", True),
    ],
)
def test_a_deal_says_how_long_it_stands(
    desk: Desk, jane: str, days: int, stage: dict[str, Any], said: str, amber: bool
) -> None:
    renewal = deal(desk, jane, "Acme renewal")
    stand(desk, renewal, days=days, **({"stale_after": None} | stage))
    bob = asked(desk, "Acme renewal")
    assert said in texts(bob.card)
    assert any(f'color="#b06000">{said}' in str(node.get("text")) for node in nodes(bob.card)) is amber


def test_a_correspondent_gone_quiet_is_told_against_their_own_rhythm(desk: Desk, jane: str) -> None:
    bob = desk.sit(desk.cast.bob)
    for days in (38, 35, 32, 29):
        gmail_id = desk.receive(desk.cast.bob, mail(JANE, BOBS, ago=timedelta(days=days)))
    drain(desk.context.engine)
    bob.open(gmail_id)
    assert "Usually answers within 3 days; silent for 29" in texts(bob.card)
    bob.open(desk.receive(desk.cast.bob, mail(JANE, BOBS)))
    assert not [text for text in texts(bob.card) if text.startswith("Usually answers")]
