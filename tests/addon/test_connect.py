"""Layout G: a Google account without a member, a member without a mailbox, a mailbox that Google closed to us."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.core.database import transaction
from app.core.security import BadSignature
from models import Mailbox
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import BASE_URL, Sidebar, nodes, texts
from tests.cast import BOB


def ticket_on(card: dict[str, object]) -> str:
    url = next(node["openLink"]["url"] for node in nodes(card) if "openLink" in node)
    assert url.startswith(f"{BASE_URL}/connect?")
    return parse_qs(urlsplit(url).query)["ticket"][0]


def test_an_unknown_account_is_invited_to_connect(desk: Desk) -> None:
    stranger = Sidebar(desk.client, desk.google.emulator.signer, "sub-new", "new@person.example")
    stranger.home()
    assert "custom_authorization_prompt" in stranger.body
    assert "Connect Gmail" in texts(stranger.card)
    claim = desk.context.vault.unsign("connect", ticket_on(stranger.card))
    assert claim == {"sub": "sub-new", "email": "new@person.example"}


def test_the_ticket_serves_no_other_purpose(desk: Desk) -> None:
    stranger = Sidebar(desk.client, desk.google.emulator.signer, "sub-new", "new@person.example")
    stranger.home()
    with pytest.raises(BadSignature):
        desk.context.vault.unsign("oauth", ticket_on(stranger.card))


@pytest.mark.parametrize("remove", [True, False], ids=["none", "disabled"])
def test_a_member_without_a_mailbox_is_invited_to_connect(desk: Desk, remove: bool) -> None:
    with transaction(desk.context.engine) as session:
        mailbox = session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id])
        if remove:
            session.delete(mailbox)
        else:
            mailbox.state = "disabled"
    bob = desk.sit(desk.cast.bob)
    bob.home()
    assert desk.context.vault.unsign("connect", ticket_on(bob.card)) == {"sub": BOB.sub, "email": BOB.email}


def test_a_click_without_a_mailbox_gets_the_invitation_too(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.home()
    refresh = bob.action("Refresh")
    with transaction(desk.context.engine) as session:
        session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id]).state = "disabled"
    assert "custom_authorization_prompt" in bob.answer(refresh)


def test_cards_go_on_working_after_gmail_access_ended(desk: Desk) -> None:
    gmail_id = desk.receive(desk.cast.bob, letter("Jane Roe <jane@acme.com>", "bob@fairfield.example"))
    with transaction(desk.context.engine) as session:
        session.get_one(Mailbox, desk.cast.mailboxes[desk.cast.bob.member_id]).state = "reconnect"
    bob = desk.sit(desk.cast.bob)
    bob.open(gmail_id)
    assert "Gmail access ended: reconnect" in texts(bob.card)
    assert ticket_on(bob.card)
    assert "Create contact" in texts(bob.card)
    bob.home()
    assert "Gmail access ended: reconnect" in texts(bob.card)
