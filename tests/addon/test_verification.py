"""Who may call: Google's platform for our deployment, on behalf of a Google account that has proved itself."""

import time
from typing import Any

import pytest

from app.core.database import transaction
from models import Member
from sync.emulator.signer import Signer
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import BASE_URL, EMAIL_SCOPE, METADATA_SCOPE, SERVICE_ACCOUNT, Sidebar

URL = f"{BASE_URL}/addon/gmail/home"


def call(bob: Sidebar, authorization: str, event: dict[str, Any] | None = None) -> Any:
    return bob.post(URL, event or bob.event(), Authorization=authorization)


def test_a_call_without_googles_token_is_refused(door: Desk) -> None:
    bob = door.sit(door.cast.bob)
    for authorization in ("", "Bearer", "Basic abc", "Bearer not-a-token", f"Bearer {bob.user_token()}"):
        response = call(bob, authorization)
        assert response.status_code == 401, authorization[:10]
        assert response.headers["cache-control"] == "no-store"


def test_the_token_must_be_for_this_very_url(door: Desk) -> None:
    bob = door.sit(door.cast.bob)
    for url in (f"{BASE_URL}/addon/gmail/message", f"{URL}/", f"{URL}?x=1", "https://evil.example/addon/gmail/home"):
        assert call(bob, f"Bearer {bob.system_token(url)}").status_code == 401
    assert call(bob, f"Bearer {bob.system_token(URL)}").status_code == 200


def test_the_host_header_does_not_choose_the_audience(door: Desk) -> None:
    bob = door.sit(door.cast.bob)
    token = bob.system_token("https://evil.example/addon/gmail/home")
    response = bob.post(URL, bob.event(), Authorization=f"Bearer {token}", Host="evil.example")
    assert response.status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "attacker@project.iam.gserviceaccount.example"},
        {"email_verified": False},
        {"iss": "https://accounts.evil.example"},
        {"exp": int(time.time()) - 60},
        {"iat": int(time.time()) + 600},
    ],
    ids=["service account", "unverified", "issuer", "expired", "future"],
)
def test_a_token_that_google_signed_for_another_is_refused(door: Desk, claims: dict[str, object]) -> None:
    bob = door.sit(door.cast.bob)
    assert call(bob, f"Bearer {bob.system_token(URL, **claims)}").status_code == 401


def test_a_token_signed_by_anyone_else_is_refused(door: Desk) -> None:
    bob = door.sit(door.cast.bob)
    forger = Signer()
    forger.rotate()
    forged = forger.sign({"aud": URL, "sub": "1", "email": SERVICE_ACCOUNT, "email_verified": True})
    assert call(bob, f"Bearer {forged}").status_code == 401


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another-client"}, {"email_verified": False}, {"exp": int(time.time()) - 60}, {"aud": URL}],
    ids=["other client", "unverified", "expired", "system audience"],
)
def test_a_person_is_only_believed_with_a_good_token(door: Desk, claims: dict[str, object]) -> None:
    bob = door.sit(door.cast.bob)
    event = bob.event()
    event["authorizationEventObject"]["userIdToken"] = bob.user_token(**claims)
    assert call(bob, f"Bearer {bob.system_token(URL)}", event).status_code == 401


def test_a_person_who_did_not_share_their_address_is_asked_for_it(door: Desk) -> None:
    bob = door.sit(door.cast.bob)
    event = bob.event()
    del event["authorizationEventObject"]["userIdToken"]
    event["authorizationEventObject"]["authorizedScopes"] = [METADATA_SCOPE]
    response = bob.post(URL, event)
    assert response.json() == {"requesting_google_scopes": {"scopes": [EMAIL_SCOPE]}}


def test_nobody_is_guessed(door: Desk) -> None:
    """Without a token, and without a scope that could be asked for, the door stays shut."""
    bob = door.sit(door.cast.bob)
    event = bob.event()
    del event["authorizationEventObject"]["userIdToken"]
    assert bob.post(URL, event).status_code == 401
    del event["authorizationEventObject"]["authorizedScopes"]
    assert bob.post(URL, event).status_code == 401


def test_too_much_is_not_read(door: Desk) -> None:
    bob = door.sit(door.cast.bob)
    response = bob.post(URL, bob.event() | {"padding": "x" * 300_000})
    assert response.status_code == 413


@pytest.mark.parametrize(
    "change",
    [
        {"commonEventObject": []},
        {"gmail": {"messageId": "drop table"}},
        {"gmail": {"messageId": 7}},
        {"commonEventObject": {"parameters": {"a": 1}}},
    ],
)
def test_a_malformed_event_is_named(door: Desk, change: dict[str, Any]) -> None:
    bob = door.sit(door.cast.bob)
    response = bob.post(URL, bob.event() | change)
    assert response.status_code == 400
    assert next(iter(change)) in response.json()["message"]


def test_what_is_no_json_is_refused(door: Desk) -> None:
    bob = door.sit(door.cast.bob)
    headers = {"Authorization": f"Bearer {bob.system_token(URL)}"}
    for body in (b"", b"{", b"null", b"\xff\xfe"):
        assert door.client.post("/addon/gmail/home", content=body, headers=headers).status_code == 400


def test_a_removed_member_is_a_stranger(door: Desk) -> None:
    with transaction(door.context.engine) as session:
        session.get_one(Member, door.cast.bob.member_id).active = False
    bob = door.sit(door.cast.bob)
    bob.open(door.receive(door.cast.bob, letter("Jane Roe <jane@acme.com>", "bob@fairfield.example")))
    assert "custom_authorization_prompt" in bob.body
