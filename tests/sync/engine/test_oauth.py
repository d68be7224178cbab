"""Signing in with Google, connecting a mailbox, losing it and finding it again."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.core.database import transaction
from app.core.errors import SidenoteError
from app.core.google_certs import GoogleCerts
from app.core.security import BadSignature, Vault
from models import Mailbox, Member
from sync import oauth
from sync.errors import GrantRevoked, LeaseLost
from sync.grants import revoke
from sync.mailboxes import MailboxTaken, MissingScopes, NoOfflineAccess, connect_mailbox, disconnect
from sync.oauth import CONNECT, IDENTITY, SIGN_IN, SignedIn
from tests.sync.engine.google_account import consent
from tests.sync.engine.office import ADDRESS, KEY, Office

VAULT = Vault([KEY])


@pytest.fixture
def certs(office: Office) -> GoogleCerts:
    return GoogleCerts(office.settings.google_certs_url)


@pytest.fixture
def office(sqlite_office: Office) -> Office:
    """Whom Google lets in does not depend on the database."""
    return sqlite_office


def set_out(office: Office, purpose: str = CONNECT, **options: Any) -> str:
    return oauth.begin(office.settings, VAULT, purpose=purpose, **options)


def come_back(office: Office, certs: GoogleCerts, answer: dict[str, str]) -> SignedIn:
    with transaction(office.engine) as session:
        begun = oauth.use_up(session, VAULT, state=answer["state"])
    given = {"code": answer.get("code"), "error": answer.get("error")}
    return oauth.finish(office.settings, certs, begun=begun, **given)


def connect_as(office: Office, member_id: str, signed_in: SignedIn) -> str:
    with transaction(office.engine) as session:
        return connect_mailbox(session, session.get_one(Member, member_id), signed_in, vault=VAULT).id


def let_go(office: Office) -> None:
    grant = office.mailbox().grant
    revoke(office.settings, VAULT, grant=grant)
    with transaction(office.engine) as session:
        disconnect(session, mailbox=session.get_one(Mailbox, office.mailbox_id), revoked=grant)


def signed_in(office: Office, **changes: Any) -> SignedIn:
    grant = office.emulator.grant(ADDRESS, oauth.SCOPES[CONNECT])
    values: dict[str, Any] = {"sub": "sub-alice", "email": ADDRESS, "name": "Alice", "refresh_token": grant}
    values |= {"scopes": frozenset(oauth.SCOPES[CONNECT]), "purpose": CONNECT, "addon_sub": None}
    return SignedIn(**values | changes)


def test_a_person_signs_in(office: Office, certs: GoogleCerts):
    url = set_out(office, SIGN_IN, addon_sub="sub-from-the-card")
    signed_in = come_back(office, certs, consent(url, account=ADDRESS))
    assert (signed_in.email, signed_in.name, signed_in.purpose) == (ADDRESS, "Alice Fairfield", SIGN_IN)
    assert signed_in.addon_sub == "sub-from-the-card"
    assert signed_in.refresh_token is None


def test_a_mailbox_is_connected_and_syncs(office: Office, certs: GoogleCerts):
    office.fill(2)
    answer = consent(set_out(office, login_hint=ADDRESS), account=ADDRESS)
    mailbox_id = connect_as(office, office.cast.alice.member_id, come_back(office, certs, answer))
    assert mailbox_id == office.mailbox_id
    office.sync()
    assert office.tally() == {"stored": 2}


def test_the_url_asks_for_a_lasting_grant_and_hides_the_verifier(office: Office):
    asked = parse_qs(urlsplit(set_out(office)).query)
    assert asked["access_type"] == ["offline"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["include_granted_scopes"] == ["true"]
    state: Any = VAULT.unsign("oauth", asked["state"][0])
    assert VAULT.decrypt(state["verifier"]) not in asked["state"][0]


def test_a_state_works_once(office: Office, certs: GoogleCerts):
    answer = consent(set_out(office), account=ADDRESS)
    come_back(office, certs, answer)
    with pytest.raises(oauth.StateAlreadyUsed):
        come_back(office, certs, answer)


def test_a_forged_state_is_refused(office: Office, certs: GoogleCerts):
    answer = consent(set_out(office), account=ADDRESS)
    with pytest.raises(BadSignature):
        come_back(office, certs, answer | {"state": "x" + answer["state"]})


def test_a_code_from_elsewhere_is_refused(office: Office, certs: GoogleCerts):
    """PKCE: Mallory's code does not fit the verifier of Alice's state."""
    stolen = consent(set_out(office), account=ADDRESS)["code"]
    answer = consent(set_out(office), account=ADDRESS)
    with pytest.raises(oauth.CodeRefused):
        come_back(office, certs, answer | {"code": stolen})


def test_a_refusal_at_google_is_told(office: Office, certs: GoogleCerts):
    with pytest.raises(oauth.ConsentDenied, match="access_denied"):
        come_back(office, certs, consent(set_out(office), account=ADDRESS, decision="deny"))


def test_a_code_for_another_client_is_refused(office: Office, certs: GoogleCerts):
    answer = consent(set_out(office), account=ADDRESS)
    office.emulator.oauth.add_client("other-client", office.settings.oauth_client_secret)
    office.settings = office.settings.model_copy(update={"oauth_client_id": "other-client"})
    with pytest.raises(oauth.CodeRefused):
        come_back(office, certs, answer)


def test_google_out_of_reach_is_told(office: Office, certs: GoogleCerts):
    answer = consent(set_out(office), account=ADDRESS)
    office.settings = office.settings.model_copy(update={"oauth_token_url": "http://127.0.0.1:9/token"})
    with pytest.raises(oauth.GoogleUnavailable):
        come_back(office, certs, answer)


def test_scopes_that_were_not_granted_are_named(office: Office, certs: GoogleCerts):
    office.emulator.tokens.revoke_all(ADDRESS)
    answer = consent(set_out(office), account=ADDRESS, decline="gmail.send")
    with pytest.raises(MissingScopes, match=r"gmail\.send") as refusal:
        connect_as(office, office.cast.alice.member_id, come_back(office, certs, answer))
    assert refusal.value.missing == ("https://www.googleapis.com/auth/gmail.send",)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"refresh_token": None}, NoOfflineAccess), ({"scopes": frozenset(IDENTITY)}, MissingScopes)],
)
def test_a_grant_that_does_not_suffice_is_refused(
    office: Office, changes: dict[str, Any], refusal: type[SidenoteError]
):
    with pytest.raises(refusal):
        connect_as(office, office.cast.alice.member_id, signed_in(office, **changes))


def test_a_colleagues_mailbox_cannot_be_taken(office: Office):
    with pytest.raises(MailboxTaken):
        connect_as(office, office.cast.bob.member_id, signed_in(office))


def test_the_grant_is_not_kept_in_clear(office: Office):
    given = signed_in(office)
    connect_as(office, office.cast.alice.member_id, given)
    kept = office.mailbox().grant
    assert given.refresh_token not in kept
    assert VAULT.decrypt(kept) == given.refresh_token


def test_reconnecting_goes_on_where_it_stopped(office: Office):
    office.fill(5)
    office.sync()
    office.emulator.tokens.revoke_all(ADDRESS)
    missed = office.deliver()
    with pytest.raises(GrantRevoked):
        office.sync()
    listings = office.calls("threads.list")
    connect_as(office, office.cast.alice.member_id, signed_in(office))
    office.sync()
    assert office.outcomes()[missed] == "stored"
    assert office.calls("threads.list") == listings
    assert office.mailbox().state == "live"
    assert "mailbox.reconnected" in office.events()


def test_an_import_that_was_cut_off_is_finished_after_reconnecting(office: Office):
    office.fill(250)
    office.emulator.faults.add(method="threads.get", nth=150, action="revoke")
    with pytest.raises(GrantRevoked):
        office.sync()
    connect_as(office, office.cast.alice.member_id, signed_in(office))
    office.sync()
    assert office.tally() == {"stored": 250}


def test_disconnecting_revokes_the_grant_and_keeps_the_mail(office: Office):
    office.fill(3)
    office.sync()
    grant = VAULT.decrypt(office.mailbox().grant)
    let_go(office)
    settings = office.settings
    client = {"client_id": settings.oauth_client_id, "client_secret": settings.oauth_client_secret}
    refresh = {"grant_type": "refresh_token", "refresh_token": grant}
    assert httpx.post(settings.oauth_token_url, data=client | refresh).json()["error"] == "invalid_grant"
    assert office.mailbox().state == "disabled"
    assert office.mailbox().grant == ""
    office.sync()
    assert office.tally() == {"stored": 3}
    assert office.events()[-1] == "mailbox.disconnected"


def test_a_worker_that_is_at_it_when_the_owner_disconnects_writes_nothing_more(office: Office):
    office.fill(150)

    def progress(_messages: int) -> None:
        let_go(office)

    with pytest.raises(LeaseLost):
        office.sync(progress=progress)
    assert office.mailbox().state == "disabled"
    assert 0 < office.tally()["stored"] <= 50
