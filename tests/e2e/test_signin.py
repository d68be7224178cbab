"""Signing in and connecting a mailbox, through the pages, at a consent screen we did not write."""

from urllib.parse import parse_qs, urlencode, urlsplit

from models import Mailbox, Member, Workspace
from sync.oauth import CONNECT, SCOPES
from tests.e2e.mail import ADDRESS
from tests.e2e.sidenote import Sidenote


def test_signing_in_founds_a_workspace_with_its_admin(sidenote: Sidenote):
    sidenote.sign_in()
    member = sidenote.one(Member)
    assert (member.email, member.name) == (ADDRESS, "Alice Fairfield")
    assert sidenote.one(Workspace).id == member.workspace_id
    assert sidenote.offers("/connect")


def test_connecting_takes_lasting_access_and_keeps_it_encrypted(sidenote: Sidenote):
    sidenote.connect()
    mailbox = sidenote.mailbox()
    assert (mailbox.address, mailbox.state) == (ADDRESS, "new")
    assert set(mailbox.scopes) == set(SCOPES[CONNECT])
    assert sidenote.refresh_token() not in mailbox.grant
    assert sidenote.google.knows(sidenote.refresh_token())


def test_a_redirect_counts_once(sidenote: Sidenote):
    back = sidenote.visit_google("/signin")
    sidenote.browser.get(back)
    assert sidenote.browser.get(back).is_client_error
    assert len(sidenote.all(Member)) == 1


def test_a_code_is_worth_nothing_to_another_browser(sidenote: Sidenote):
    """Google checks the verifier of RFC 7636: a stolen code does not go with the thief's own state."""
    stolen, own = (_query(sidenote.visit_google("/connect")) for _ in range(2))
    thief = urlencode({"code": stolen["code"], "state": own["state"]})
    assert sidenote.browser.get(f"/oauth/callback?{thief}").status_code == 400
    assert sidenote.all(Mailbox) == []


def test_saying_no_leaves_everything_as_it_was(sidenote: Sidenote):
    state = _query(sidenote.visit_google("/connect"))["state"]
    refused = urlencode({"error": "access_denied", "state": state})
    assert sidenote.browser.get(f"/oauth/callback?{refused}").status_code == 403
    assert sidenote.all(Member) == []


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
