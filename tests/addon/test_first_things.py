"""What a card offers first, and what it leaves to its menu."""

import pytest

from app.core.database import transaction
from app.core.dispatch import drain
from app.timeline.search.indexing import index_due
from gmail_addon.language import language_for, speak
from gmail_addon.wording import t
from tests.addon.conftest import Desk, letter
from tests.addon.record_cards import call
from tests.addon.sidebar import nodes, texts
from tests.addon.test_contacts import BOBS, JANE, make_jane


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("is_bulk", [True, False])
def test_a_newsletter_offers_no_deal_first(desk: Desk, is_known: bool, is_bulk: bool) -> None:
    if is_known:
        with transaction(desk.context.engine) as session:
            make_jane(session, desk.cast)
    mail = letter(JANE, BOBS)
    if is_bulk:
        mail["List-Unsubscribe"] = "<https://acme.com/stop>"
        mail["List-Id"] = "News <news.acme.com>"
        mail["Precedence"] = "bulk"
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, mail))
    assert ("fixedFooter" in bob.card) is not is_bulk
    bob.press("New deal")
    assert bob.card["header"]["title"] == "New deal"


def test_a_note_is_typed_on_the_card_and_its_form_is_in_the_menu(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    assert [node["actionLabel"] for node in nodes(bob.card) if node.get("actionLabel") == "Add note"]
    assert texts(bob.card).count("Add note") <= 1


def test_a_hit_in_a_signature_shows_how_the_mail_begins(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    body = "We take twelve pumps.\n\nBest,\nJane Roe\nCTO\n"
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, subject="Pumps", body=body)))
    drain(desk.context.engine)
    index_due(desk.context)  # type: ignore[arg-type]
    bob.home()
    bob.click(call("search"), search="Roe")
    said = [text for text in texts(bob.card) if "pumps" in text]
    assert said
    assert all(text.startswith("We take twelve pumps") for text in said)


@pytest.mark.parametrize(("locale", "said"), [("de", "12.345"), ("en-US", "12,345"), ("fr", "12\u202f345")])
def test_counts_are_written_as_they_are_where_the_person_lives(locale: str, said: str) -> None:
    speak(language_for("", locale))
    assert said in t("{count} records", count=12_345)
    speak(language_for("", "en"))
