"""Signing in: Google's own libraries walk the emulated consent, token, refresh and revoke endpoints."""

import re
from urllib.parse import parse_qsl, urlsplit

import google.oauth2.id_token
import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import Flow

from sync.emulator import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET
from tests.emulator.conftest import ADDRESS, MODIFY

REDIRECT = "http://127.0.0.1:8080/oauth/callback"
SCOPES = ["openid", "https://www.googleapis.com/auth/userinfo.email", MODIFY]


@pytest.fixture(autouse=True)
def plain_http_is_enough_on_loopback(monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def start_flow(server):
    """Flows of the default client, closed when the test ends."""
    flows = []

    def start(scopes=SCOPES, **client):
        config = {
            "client_id": DEFAULT_CLIENT_ID,
            "client_secret": DEFAULT_CLIENT_SECRET,
            "auth_uri": f"{server.url}/o/oauth2/v2/auth",
            "token_uri": f"{server.url}/token",
        }
        flow = Flow.from_client_config(
            {"web": config | client}, scopes, redirect_uri=REDIRECT, autogenerate_code_verifier=True
        )
        flows.append(flow)
        return flow

    yield start
    for flow in flows:
        flow.oauth2session.close()


def authorize(url, *, decision="allow", account=ADDRESS, without=()):
    """Fills in the consent form; the parameters of the redirect back to the app."""
    with httpx.Client() as browser:
        page = browser.get(url)
        assert page.status_code == 200, page.text
        scopes = [scope for scope in re.findall(r'name="scope" value="([^"]+)"', page.text) if scope not in without]
        request = re.search(r'name="request" value="([^"]+)"', page.text)[1]
        form = {"request": request, "account": account, "decision": decision, "scope": scopes}
        answer = browser.post(f"{url.partition('/o/')[0]}/o/oauth2/v2/auth/callback", data=form)
        assert answer.status_code == 302, answer.text
        target = urlsplit(answer.headers["Location"])
        assert f"{target.scheme}://{target.netloc}{target.path}" == REDIRECT
        return dict(parse_qsl(target.query))


def test_a_sign_in_gives_tokens_that_work_and_name_the_person(server, start_flow, emulator):
    flow = start_flow()
    url, state = flow.authorization_url(access_type="offline", prompt="consent", nonce="n-1")
    answer = authorize(url)
    assert answer["state"] == state
    flow.fetch_token(code=answer["code"])
    credentials = flow.credentials
    with httpx.Client(headers={"Authorization": f"Bearer {credentials.token}"}, base_url=server.url) as client:
        assert client.get("/gmail/v1/users/me/profile").json()["emailAddress"] == ADDRESS
        person = client.get("/oauth2/v3/userinfo").json()
        assert client.get("/tokeninfo", params={"access_token": credentials.token}).json()["aud"] == DEFAULT_CLIENT_ID
    claims = google.oauth2.id_token.verify_token(
        credentials.id_token, Request(), audience=DEFAULT_CLIENT_ID, certs_url=f"{server.url}/oauth2/v1/certs"
    )
    assert claims["iss"] == "https://accounts.google.com"
    assert (claims["email"], claims["email_verified"], claims["nonce"]) == (ADDRESS, True, "n-1")
    assert (person["sub"], person["email"], person["hd"]) == (claims["sub"], ADDRESS, "fairfield.example")


def test_a_refresh_token_comes_with_offline_access_and_only_once(start_flow):
    def refresh_token(**options):
        flow = start_flow()
        url, _ = flow.authorization_url(**options)
        flow.fetch_token(code=authorize(url)["code"])
        return flow.credentials.refresh_token

    assert refresh_token(access_type="online") is None
    assert refresh_token(access_type="offline") is not None
    assert refresh_token(access_type="offline") is None
    assert refresh_token(access_type="offline", prompt="consent") is not None


def test_a_refused_consent_comes_back_as_access_denied(start_flow):
    url, state = start_flow().authorization_url()
    assert authorize(url, decision="deny") == {"state": state, "error": "access_denied"}


def test_a_person_may_allow_less_than_was_asked(start_flow):
    flow = start_flow()
    url, _ = flow.authorization_url()
    answer = authorize(url, without=[MODIFY])
    assert MODIFY not in answer["scope"].split()


def test_the_hint_chooses_the_account(emulator, start_flow):
    emulator.add_mailbox("bob@fairfield.example", name="Bob <b>Berg")
    url, _ = start_flow().authorization_url(login_hint="bob@fairfield.example")
    page = httpx.get(url).text
    assert re.search(r'value="([^"]+)" checked', page)[1] == "bob@fairfield.example"
    assert "Bob &lt;b&gt;Berg" in page


def test_without_a_page_there_must_be_a_consent_already(emulator, start_flow):
    flow = start_flow()
    url, _ = flow.authorization_url(prompt="none", login_hint=ADDRESS)
    assert "error=interaction_required" in httpx.get(url).headers["Location"]
    emulator.grant(ADDRESS, SCOPES)
    location = httpx.get(url).headers["Location"]
    flow.fetch_token(code=dict(parse_qsl(urlsplit(location).query))["code"])
    assert flow.credentials.valid


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": "wrong" * 10}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:8080/other"}, "redirect_uri_mismatch"),
        ({"client_secret": "guess"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"code": "4/0made-up"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_code_is_exchanged_only_by_those_who_asked(server, start_flow, change, error):
    flow = start_flow()
    url, _ = flow.authorization_url()
    form = exchange_form(flow, authorize(url)["code"])
    answer = httpx.post(f"{server.url}/token", data=form | change)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] == error


def test_a_code_works_once_and_for_ten_minutes(server, start_flow, clock):
    def exchange(wait):
        flow = start_flow()
        url, _ = flow.authorization_url()
        form = exchange_form(flow, authorize(url)["code"])
        clock.advance(wait)
        return [httpx.post(f"{server.url}/token", data=form).status_code for _ in range(2)]

    assert exchange(600) == [200, 400]
    assert exchange(601) == [400, 400]


def exchange_form(flow, code):
    return {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": DEFAULT_CLIENT_ID,
        "client_secret": DEFAULT_CLIENT_SECRET,
        "redirect_uri": REDIRECT,
        "code_verifier": flow.code_verifier,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.example/callback"},
        {"client_id": "nobody"},
        {"response_type": "token"},
        {"scope": ""},
        {"access_type": "forever"},
        {"code_challenge_method": "S512"},
    ],
)
def test_a_bad_request_is_never_redirected(start_flow, change):
    url, _ = start_flow().authorization_url()
    base, _, query = url.partition("?")
    answer = httpx.get(base, params=dict(parse_qsl(query)) | change)
    assert answer.status_code in (400, 401)
    assert "Location" not in answer.headers


def test_a_registered_client_has_its_redirects(emulator, start_flow):
    emulator.oauth.add_client("shop", "s3cret", [REDIRECT])
    flow = start_flow(client_id="shop", client_secret="s3cret")
    url, _ = flow.authorization_url()
    flow.fetch_token(code=authorize(url)["code"])
    assert flow.credentials.token
    assert httpx.get(url.replace("callback", "elsewhere")).status_code == 400


def test_a_refresh_gives_a_new_token_until_the_consent_is_withdrawn(emulator, server):
    credentials = stored_credentials(emulator, server)
    credentials.refresh(Request())
    first = credentials.token
    credentials.refresh(Request())
    assert credentials.token != first
    assert profile_status(server, first) == 200
    assert httpx.post(f"{server.url}/revoke", data={"token": credentials.refresh_token}).status_code == 200
    assert profile_status(server, first) == 401
    assert profile_status(server, credentials.token) == 401
    with pytest.raises(RefreshError, match="invalid_grant"):
        credentials.refresh(Request())
    assert httpx.post(f"{server.url}/revoke", data={"token": credentials.refresh_token}).status_code == 400


def test_revoking_an_access_token_ends_its_grant(emulator, server):
    credentials = stored_credentials(emulator, server)
    credentials.refresh(Request())
    assert httpx.post(f"{server.url}/revoke", params={"token": credentials.token}).status_code == 200
    with pytest.raises(RefreshError, match="invalid_grant"):
        credentials.refresh(Request())


def test_the_token_endpoint_can_be_made_to_fail(emulator, server):
    credentials = stored_credentials(emulator, server)
    emulator.faults.add(method="token", action="revoke", times=1)
    with pytest.raises(RefreshError, match="invalid_grant"):
        credentials.refresh(Request())


def test_a_rotated_key_replaces_the_old_one(emulator, server):
    before = httpx.get(f"{server.url}/oauth2/v3/certs")
    emulator.signer.rotate()
    after = httpx.get(f"{server.url}/oauth2/v3/certs")
    assert "max-age" in after.headers["Cache-Control"]
    assert before.json()["keys"][0]["kid"] != after.json()["keys"][0]["kid"]
    assert set(httpx.get(f"{server.url}/oauth2/v1/certs").json()) == {after.json()["keys"][0]["kid"]}


def stored_credentials(emulator, server):
    return Credentials(
        None,
        refresh_token=emulator.grant(ADDRESS, SCOPES),
        token_uri=f"{server.url}/token",
        client_id=DEFAULT_CLIENT_ID,
        client_secret=DEFAULT_CLIENT_SECRET,
    )


def profile_status(server, token):
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{server.url}/gmail/v1/users/me/profile", headers=headers).status_code
