import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from models import Mailbox, Member
from sync.emulator.identity import subject_id
from tests.web.site import Browser, Site, words

ALICE, BOB, SALES = "alice@fairfield.example", "bob@fairfield.example", "sales@fairfield.example"


def mailboxes(site: Site) -> dict[str, tuple[str, str]]:
    """Owner's address and state by mailbox address."""
    with transaction(site.context.engine, read_only=True) as session:
        rows = session.execute(
            select(col(Mailbox.address), col(Member.email), col(Mailbox.state)).join(
                Member, col(Member.id) == col(Mailbox.member_id)
            )
        )
        return {address: (owner, state) for address, owner, state in rows}


def ticket(site: Site, address: str) -> str:
    """What the card's Connect button carries."""
    claim = {"sub": subject_id(address), "email": address}
    return f"/connect?ticket={site.context.vault.sign('connect', claim, seconds=600)}"


@pytest.fixture
def alices(site: Site) -> Browser:
    browser = site.browser()
    browser.sign_in(ALICE)
    return browser


def test_nothing_is_connected_by_signing_in(alices: Browser):
    assert "No mailbox yet" in alices.text("/")


def test_connecting_asks_for_lasting_access_and_shows_the_mailbox(site: Site, alices: Browser):
    assert alices.sign_in(ALICE, path="/connect").headers["location"] == "/"
    assert mailboxes(site) == {ALICE: (ALICE, "new")}
    assert f"{ALICE} Waiting to start" in alices.text("/")
    assert site.events("mailbox.") == ["mailbox.connected"]


def test_a_second_account_is_a_second_mailbox_of_the_same_member(site: Site, alices: Browser):
    alices.sign_in(ALICE, path="/connect")
    alices.sign_in(SALES, path="/connect")
    assert mailboxes(site) == {ALICE: (ALICE, "new"), SALES: (ALICE, "new")}
    assert "Alice Fairfield" in alices.text("/members"), "still signed in as herself"


def test_a_colleagues_account_cannot_be_connected(site: Site, alices: Browser):
    site.browser().sign_in(BOB)
    answer = alices.sign_in(BOB, path="/connect")
    assert answer.status_code == 403
    assert "another member's account" in words(answer)
    assert mailboxes(site) == {}


def test_connecting_without_signing_in_does_both(site: Site):
    browser = site.browser()
    browser.sign_in(ALICE, path="/connect")
    assert ALICE in browser.text("/")


def test_the_card_s_ticket_connects_and_sends_people_back_to_gmail(site: Site):
    answer = site.browser().sign_in(ALICE, path=ticket(site, ALICE))
    assert answer.status_code == 200
    assert "go back to Gmail" in words(answer)
    assert mailboxes(site) == {ALICE: (ALICE, "new")}


def test_the_card_s_ticket_holds_for_the_account_that_clicked(site: Site):
    answer = site.browser().sign_in(BOB, path=ticket(site, ALICE))
    assert answer.status_code == 403
    assert "choose that one" in words(answer)
    assert mailboxes(site) == {}
    assert site.events("member.") == []


@pytest.mark.parametrize("forged", ["x", "x.y"])
def test_a_forged_ticket_goes_nowhere(site: Site, forged: str):
    assert site.client.get(f"/connect?ticket={forged}").status_code == 400


def test_a_session_is_no_ticket(site: Site, alices: Browser):
    session = alices.client.cookies["sidenote_session"]
    assert alices.get(f"/connect?ticket={session}").status_code == 400


def test_an_unticked_permission_is_named(site: Site, alices: Browser):
    answer = alices.sign_in(ALICE, path="/connect", untick="gmail.send")
    assert answer.status_code == 403
    assert "gmail.send" in words(answer)
    assert mailboxes(site) == {}


def test_disconnecting_gives_the_grant_back_and_reconnecting_goes_on(site: Site, alices: Browser):
    alices.sign_in(ALICE, path="/connect")
    with transaction(site.context.engine) as session:
        mailbox = session.scalars(select(Mailbox)).one()
        mailbox.state, mailbox.cursor = "live", "7"
        refresh_token = site.context.vault.decrypt(mailbox.grant)
    answer = alices.post(f"/mailboxes/{mailbox_id(site)}/disconnect")
    assert "stays" in alices.text(answer.headers["location"])
    assert mailboxes(site) == {ALICE: (ALICE, "disabled")}
    assert site.emulator.tokens.find_grant(refresh_token) is None
    alices.sign_in(ALICE, path="/connect")
    assert mailboxes(site) == {ALICE: (ALICE, "live")}
    assert site.events("mailbox.") == ["mailbox.connected", "mailbox.disconnected", "mailbox.reconnected"]


def test_a_revoked_grant_shows_what_to_do(site: Site, alices: Browser):
    alices.sign_in(ALICE, path="/connect")
    with transaction(site.context.engine) as session:
        mailbox = session.scalars(select(Mailbox)).one()
        mailbox.state, mailbox.last_error = "reconnect", "Google no longer lets Sidenote read this mailbox."
    text = alices.text("/")
    assert "Google ended our access" in text
    assert "Reconnect" in text


def test_nobody_disconnects_anothers_mailbox(site: Site, alices: Browser):
    alices.sign_in(ALICE, path="/connect")
    bobs = site.browser()
    bobs.sign_in(BOB)
    assert bobs.post(f"/mailboxes/{mailbox_id(site)}/disconnect").status_code == 404
    assert mailboxes(site) == {ALICE: (ALICE, "new")}


def mailbox_id(site: Site) -> str:
    with transaction(site.context.engine, read_only=True) as session:
        return session.scalars(select(col(Mailbox.id))).one()
