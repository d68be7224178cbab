"""What a rep does on a record without leaving the inbox: notes, calls, links, following, its timeline, quick edits."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.dispatch import drain
from app.core.hot import reading
from app.records.deals import create_deal
from app.records.seen import seen_by_id
from app.records.service import create_record, update_record
from app.timeline.activities import log_activity
from app.timeline.notes import add_note
from app.workspaces.access import viewer_by_id
from app.workspaces.notifications import notifications
from gmail_addon.context import addon_of, identify
from gmail_addon.events import parse_event
from gmail_addon.layouts.record.card import record_card
from gmail_addon.visit import find_visit
from models import Follow, Record, RecordLink, TimelineEntry, TimelineLink
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import ACTION_URL, NOBODY, call, on_card, write
from tests.addon.sidebar import form_values, texts
from tests.addon.test_contacts import BOBS, JANE, make_jane
from tests.cast import shared_with

HOSTILE = "</b><script>alert(1)</script> \u202egnp.exe"
DUE = 1_893_456_000_000
"""1 January 2030."""


@pytest.fixture
def jane(desk: Desk) -> str:
    with transaction(desk.context.engine) as session:
        return make_jane(session, desk.cast)


@pytest.fixture
def deal(desk: Desk, jane: str) -> str:
    with transaction(desk.context.engine) as session:
        values = {"name": "Renewal", "amount": "1200"}
        return create_deal(session, viewer=desk.cast.bob, values=values, contact_ids=[jane]).id


def entries(desk: Desk, type: str) -> list[TimelineEntry]:
    with transaction(desk.context.engine) as session:
        found = list(session.scalars(select(TimelineEntry).where(col(TimelineEntry.type) == type)))
        for entry in found:
            session.refresh(entry)
        session.expunge_all()
        return found


def told(desk: Desk, who: str = "carol") -> list[str]:
    with transaction(desk.context.engine) as session:
        viewer = viewer_by_id(session, getattr(desk.cast, who).member_id)
        return [notice.title for notice in notifications(session, viewer=viewer)]


def record(desk: Desk, record_id: str) -> Record:
    with transaction(desk.context.engine) as session:
        found = session.get_one(Record, record_id)
        session.refresh(found)
        session.expunge(found)
        return found


def test_a_note_mentions_those_chosen_and_those_named(desk: Desk, jane: str) -> None:
    shared_with(desk.context.engine, desk.cast, jane, desk.cast.carol)
    bob = on_card(desk, desk.cast.bob, jane)
    bob.press("Add note")
    save = bob.action("Save note")
    bob.click(save, note=f"@Alice Fairfield look. {HOSTILE}", mentions=[desk.cast.carol.member_id])
    assert bob.notice == "Note saved, and Alice Fairfield, Carol Chen told"
    bob.click(save, note="again", mentions=[desk.cast.carol.member_id])
    [comment] = entries(desk, "comment")
    assert comment.summary.endswith("@Carol Chen")
    assert told(desk) == told(desk, "alice") == ["Bob Berg mentioned you"]


def test_a_note_without_mentions_stays_a_note_and_an_empty_one_comes_back(desk: Desk, jane: str) -> None:
    bob = on_card(desk, desk.cast.bob, jane)
    bob.press("Add note")
    bob.press("Save note", note="  ")
    assert "Note: write something first." in texts(bob.card)
    bob.press("Save note", note="Likes slate.", mentions=[NOBODY])
    assert "Write the name of a colleague, or choose a suggestion." in texts(bob.card)
    assert form_values(bob.card)["note"] == "Likes slate."
    bob.press("Save note", note="Likes slate.", mentions=[])
    assert [note.summary for note in entries(desk, "note")] == ["Likes slate."]


def test_an_entry_opens_in_full_and_its_author_changes_pins_and_deletes_it(desk: Desk, jane: str) -> None:
    long = "Slate. " * 1_200
    with transaction(desk.context.engine) as session:
        add_note(session, viewer=desk.cast.bob, record_ids=[jane], text=long)
    bob = on_card(desk, desk.cast.bob, jane)
    bob.click(call("open_entry", id=entries(desk, "note")[0].id, record=jane))
    assert sum(text.count("Slate.") for text in texts(bob.card)) >= 1_190
    bob.press("Pin")
    assert "Unpin" in texts(bob.card)
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(TimelineLink.pinned)).all() == [True]
    bob.press("Change")
    bob.press("Save note", note="Granite.")
    assert "Granite." in texts(bob.card)
    bob.press("Delete")
    bob.press("Delete")
    assert entries(desk, "note") == []
    assert bob.card["header"]["title"] == "Jane Roe"


def test_others_entries_can_be_read_and_no_more(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        note = add_note(session, viewer=desk.cast.bob, record_ids=[jane], text="Mine.")
    shared_with(desk.context.engine, desk.cast, jane, desk.cast.carol)
    carol = on_card(desk, desk.cast.carol, jane)
    carol.click(call("open_entry", id=note, record=jane))
    assert not {"Change", "Pin", "Delete"} & set(texts(carol.card))
    carol.click(write("delete_entry", entry=note, record=jane))
    assert carol.notice == "Only its author or an admin may delete this."
    for place in ({"id": note, "record": NOBODY}, {"id": NOBODY, "record": jane}):
        carol.click(call("open_entry", **place))
        assert carol.notice is not None
        assert "does not exist" in carol.notice


def test_a_call_is_logged_from_the_menu_in_two_clicks(desk: Desk, jane: str, deal: str) -> None:
    bob = on_card(desk, desk.cast.bob, deal)
    bob.press("Log a call")
    save = bob.action("Save")
    bob.click(save, outcome="Connected", minutes="15", people=[jane], text=HOSTILE)
    bob.click(save, outcome="Busy")
    [logged] = entries(desk, "call")
    assert (logged.title, logged.data["minutes"]) == ("Call: Connected", 15)
    assert utcnow() - logged.occurred_at < timedelta(minutes=5)
    with transaction(desk.context.engine) as session:
        links = session.scalars(select(TimelineLink).where(col(TimelineLink.entry_id) == logged.id))
        rules = {link.record_id: link.rule for link in links}
    assert (rules[deal], rules[jane]) == ("author", "participant")
    bob.click(call("open_entry", id=logged.id, record=deal))
    bob.press("Change")
    bob.press("Save", outcome="Left a message")
    assert entries(desk, "call")[0].title == "Call: Left a message"


def test_records_are_linked_by_name_and_parted_with_a_way_back(desk: Desk, jane: str) -> None:
    where = {"workspace_id": desk.cast.workspace_id, "kind": "contact"}
    with transaction(desk.context.engine) as session:
        for address in ("tom@one.example", "tom@two.example"):
            values = {"name": "Tom Poe", "email": address}
            create_record(session, **where, values=values, viewer=desk.cast.bob)
        hers = {"name": "Tom Secret", "email": "s@three.example"}
        create_record(session, **where, values=hers, viewer=desk.cast.carol)
        folder = session.get_one(Record, jane).folder_id
    bob = on_card(desk, desk.cast.bob, jane)
    bob.press("Related records")
    bob.press("Link to…")
    typing = call("suggest_linkable")
    answer = bob.post(ACTION_URL, bob.event(typing, folder=folder, name="Tom"))
    labels = [item["text"] for item in answer.json()["autoComplete"]["items"]]
    assert labels == ["Tom Poe · tom@one.example", "Tom Poe · tom@two.example"]
    bob.press("Link", folder=folder, name="Tom Secret", relation="Friend")
    assert "Record: there is none of this name that you can see." in texts(bob.card)
    bob.press("Link", folder=folder, name="Tom Poe", relation="Friend")
    assert "Several records have this name: choose one." in texts(bob.card)
    bob.press("This one")
    assert bob.notice == "Linked to Tom Poe"
    part = bob.action("Unlink")
    bob.click(part)
    bob.click(part)
    assert "Nothing is linked yet." in texts(bob.card)
    bob.press("Undo")
    with transaction(desk.context.engine) as session:
        labels = session.scalars(select(RecordLink.label).where(col(RecordLink.from_id) == jane)).all()
    assert labels == ["Friend"]


def test_who_may_not_change_a_record_links_nothing(desk: Desk, jane: str, deal: str) -> None:
    shared_with(desk.context.engine, desk.cast, jane, desk.cast.carol)
    carol = on_card(desk, desk.cast.carol, jane)
    carol.press("Related records")
    assert "Link to…" not in texts(carol.card)
    assert "Renewal" not in texts(carol.card)
    carol.click(write("unlink", record=jane, other=deal, label="participant"))
    assert carol.notice is not None
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(RecordLink)).all()) == 1


def test_following_from_the_menu_and_hearing_of_mail(desk: Desk, jane: str) -> None:
    alice = on_card(desk, desk.cast.alice, jane)
    follow = alice.action("Follow")
    alice.click(follow)
    alice.click(follow)
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(Follow)).all()) == 1
    desk.receive(desk.cast.bob, letter(JANE, BOBS))
    drain(desk.context.engine)
    assert told(desk, "alice") == ["A new email came in"]
    alice.press("Unfollow")
    assert "Follow" in texts(alice.card)
    desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Again"))
    drain(desk.context.engine)
    assert len(told(desk, "alice")) == 1


def test_the_timeline_shows_what_is_chosen_page_by_page(desk: Desk, jane: str) -> None:
    with transaction(desk.context.engine) as session:
        for number in range(25):
            add_note(session, viewer=desk.cast.bob, record_ids=[jane], text=f"Note {number}.")
        log_activity(session, viewer=desk.cast.alice, type="call", record_ids=[jane], text="Alice called.")
    bob = on_card(desk, desk.cast.bob, jane)
    bob.press("Older")
    assert {"Note 24.", "Note 6."} <= set(texts(bob.card))
    bob.press("Older")
    assert {"Note 5.", "Note 0."} <= set(texts(bob.card))
    bob.cards.pop()
    bob.choose("sort", "meetings")
    assert "Alice called." in texts(bob.card)
    assert "Note 24." not in texts(bob.card)
    bob.choose("person", desk.cast.bob.member_id)
    assert "There is nothing like this." in texts(bob.card)


def test_private_mail_is_asked_for_and_opened(desk: Desk, jane: str) -> None:
    gmail_id = desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Salary", body="Between us."))
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id)
    bob.choose("private", "on")
    mail = entries(desk, "email")[0].id
    alice = on_card(desk, desk.cast.alice, jane)
    alice.click(call("open_entry", id=mail, record=jane))
    assert "Salary" not in str(alice.card)
    alice.press("Ask for access")
    assert "You asked for access" in texts(alice.card)
    bob.click(call("open_entry", id=mail, record=jane))
    assert "Between us." in " ".join(texts(bob.card))
    bob.press("Give access")
    assert bob.notice == "Alice Fairfield may read this email"
    alice.click(call("open_entry", id=mail, record=jane))
    assert "Between us." in " ".join(texts(alice.card))


def test_values_are_saved_the_moment_they_are_chosen(desk: Desk, deal: str) -> None:
    bob = on_card(desk, desk.cast.bob, deal)
    bob.choose("f.priority", "=High")
    bob.choose("f.close_on", DUE)
    bob.choose("f.amount", "2,500.50")
    bob.choose("f.tags", "slate, granite")
    changed = record(desk, deal)
    assert (changed.priority, changed.amount, str(changed.close_on)) == ("High", 250_050, "2030-01-01")
    assert changed.data["tags"] == ["slate", "granite"]
    bob.choose("f.owner", f"={desk.cast.carol.member_id}")
    assert record(desk, deal).owner_id == desk.cast.carol.member_id


def test_a_value_refused_comes_back_in_a_form_of_its_own(desk: Desk, deal: str) -> None:
    bob = on_card(desk, desk.cast.bob, deal)
    bob.choose("f.amount", "a lot")
    assert form_values(bob.card)["f.amount"] == "a lot"
    assert any(text.startswith("Amount:") for text in texts(bob.card))
    bob.press("Save", **{"f.amount": "900"})
    assert record(desk, deal).amount == 90_000


def test_a_value_that_others_changed_meanwhile_is_not_overwritten(desk: Desk, deal: str) -> None:
    bob = on_card(desk, desk.cast.bob, deal)
    with transaction(desk.context.engine) as session:
        update_record(session, viewer=desk.cast.alice, record_id=deal, values={"amount": "5"})
    bob.choose("f.amount", "900")
    assert bob.notice == "Amount was changed meanwhile: refresh the card and look."
    assert record(desk, deal).amount == 500


def test_only_readers_change_nothing_at_once(desk: Desk, deal: str) -> None:
    shared_with(desk.context.engine, desk.cast, deal, desk.cast.carol)
    carol = on_card(desk, desk.cast.carol, deal)
    assert "Change at once" not in texts(carol.card)
    given = {"record": deal, "field": "amount", "was": "x", "fields": "f.amount"}
    carol.click(write("set_field", **given), **{"f.amount": "1"})
    assert carol.notice is not None
    assert record(desk, deal).amount == 120_000


def test_the_customer_stands_on_one_card(desk: Desk, jane: str, deal: str) -> None:
    with transaction(desk.context.engine) as session:
        company = session.get_one(Record, jane).company_id
        where = {"workspace_id": desk.cast.workspace_id, "viewer": desk.cast.bob}
        ticket = {"name": "Broken", "contact": jane, "company": company}
        create_record(session, kind="ticket", values=ticket, **where)
        create_record(session, kind="ticket", values={**ticket, "status": "Closed"}, **where)
        won = create_deal(session, viewer=desk.cast.bob, values={"name": "Old", "amount": "50"}, contact_ids=[jane])
        session.get_one(Record, deal).company_id = session.get_one(Record, won.id).company_id = company
        session.get_one(Record, won.id).status = "won"
        hidden = {"name": "Hers", "amount": "77", "company": company}
        create_deal(session, viewer=desk.cast.alice, values=hidden)
    desk.receive(desk.cast.bob, letter(JANE, BOBS))
    for record_id in (jane, company):
        bob = on_card(desk, desk.cast.bob, record_id or "")
        assert "1 received, 0 sent" in texts(bob.card)
        bob.press("Customer record")
        said = texts(bob.card)
        sums = next(text for text in said if text.startswith("Open: 1,"))
        assert ("1,200" in sums, "50" in sums.partition("Won: 1,")[2]) == (True, True)
        assert "Open tickets: 1" in said
        assert {"Renewal", "Related"} <= set(said) if record_id == jane else {"Renewal", "Jane Roe"} <= set(said)
        assert "Hers" not in said
    bob.click(call("customer", record=deal))
    assert bob.notice == "This record does not exist, or you have no access to it."


@pytest.mark.parametrize("kind", ["contact", "company", "deal"])
def test_a_card_of_a_record_costs_at_most_eight_statements(desk: Desk, jane: str, deal: str, kind: str) -> None:
    ids = {"contact": jane, "company": record(desk, jane).company_id or "", "deal": deal}
    bob = desk.sit(desk.cast.bob)
    bob.home()
    addon, event = addon_of(desk.context), parse_event(orjson.dumps(bob.event()))
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=identify(addon, event))
        assert visit is not None
        seen = seen_by_id(reader, viewer=visit.viewer, record_id=ids[kind])
        assert seen is not None
        record_card(visit.standing(f"record:{seen.id}"), reader, record=seen, opened=None)
        assert 4 < reader.statements <= 8
