"""Tokens that Google signs: what is accepted, what is refused and why, and how keys are kept."""

import hmac
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.google_certs import SECONDS_BETWEEN_FETCHES, CertificatesUnavailable, GoogleCerts
from app.core.google_tokens import (
    BadSignature,
    ExpiredToken,
    GoogleUser,
    InvalidToken,
    MalformedToken,
    TokenFromTheFuture,
    UnknownKey,
    UnsupportedAlgorithm,
    UnverifiedEmail,
    WrongAudience,
    WrongIssuer,
    WrongServiceAccount,
    verify,
    verify_push_token,
    verify_system_token,
    verify_user_token,
)
from tests.core.google_authority import ISSUER, Publication, Signer, base64url, certificate_server, claims, segment

ISSUERS = frozenset({"accounts.google.com", ISSUER})
HOME = "https://crm.example.com/addon/gmail/home"
ADDON = "addon@project.iam.gserviceaccount.example"
CLIENT = "123.apps.googleusercontent.example"


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer("key-1")


@pytest.fixture(scope="module")
def stranger() -> Signer:
    """A key under Google's key id that Google never published."""
    return Signer("key-1")


@pytest.fixture
def publication(signer: Signer) -> Iterator[Publication]:
    with certificate_server() as publication:
        publication.publish(signer)
        yield publication


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def certs(publication: Publication, clock: Clock) -> GoogleCerts:
    return GoogleCerts(publication.url, clock=clock)


def system_claims(**changed: Any) -> dict[str, Any]:
    return claims(**{"aud": HOME, "email": ADDON, **changed})


def verify_system(certs: GoogleCerts, token: str) -> None:
    verify_system_token(certs, token, audience=HOME, service_account=ADDON, issuers=ISSUERS)


@pytest.mark.parametrize("issuer", sorted(ISSUERS))
def test_the_add_ons_own_token_is_accepted(certs: GoogleCerts, signer: Signer, issuer: str) -> None:
    token = signer.token(system_claims(iss=issuer))
    found = verify_system_token(certs, token, audience=HOME, service_account=ADDON, issuers=ISSUERS)
    assert (found.email, found.issuer, found.audience) == (ADDON, issuer, HOME)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"aud": HOME + "/"}, WrongAudience),
        ({"aud": HOME + "?x=1"}, WrongAudience),
        ({"aud": HOME.replace("https", "http")}, WrongAudience),
        ({"aud": [HOME]}, MalformedToken),
        ({"aud": None}, MalformedToken),
        ({"iss": "https://accounts.google.com.evil.example"}, WrongIssuer),
        ({"iss": None}, MalformedToken),
        ({"sub": None}, MalformedToken),
        ({"exp": time.time() - 11}, ExpiredToken),
        ({"exp": None}, MalformedToken),
        ({"exp": True}, MalformedToken),
        ({"exp": float("inf")}, MalformedToken),
        ({"iat": time.time() + 3600}, TokenFromTheFuture),
        ({"iat": None}, MalformedToken),
        ({"nbf": time.time() + 3600}, TokenFromTheFuture),
        ({"email": "mallory@project.iam.gserviceaccount.example"}, WrongServiceAccount),
        ({"email": ADDON.upper()}, WrongServiceAccount),
        ({"email": None}, UnverifiedEmail),
        ({"email_verified": None}, UnverifiedEmail),
        ({"email_verified": False}, UnverifiedEmail),
        ({"email_verified": "true"}, UnverifiedEmail),
    ],
)
def test_a_signed_token_that_is_not_ours_is_refused(
    certs: GoogleCerts, signer: Signer, changed: dict[str, Any], refusal: type[InvalidToken]
) -> None:
    token = signer.token(system_claims(**changed))
    with pytest.raises(refusal) as refused:
        verify_system(certs, token)
    assert refused.value.status == 401
    assert token not in str(refused.value)


def test_ten_seconds_of_skew_are_forgiven(certs: GoogleCerts, signer: Signer, clock: Clock) -> None:
    verify_system(certs, signer.token(system_claims(exp=clock.now - 9)))
    verify_system(certs, signer.token(system_claims(iat=clock.now + 9)))


def test_a_wrong_audience_is_named_beside_the_expected_one(certs: GoogleCerts, signer: Signer) -> None:
    with pytest.raises(WrongAudience, match=r"expected audience 'https://crm.*home', got 'https://other.example/'"):
        verify_system(certs, signer.token(system_claims(aud="https://other.example/")))


def test_an_empty_expectation_accepts_nothing(certs: GoogleCerts, signer: Signer) -> None:
    nobody = signer.token(system_claims(email=""))
    with pytest.raises(UnverifiedEmail):
        verify_system_token(certs, nobody, audience=HOME, service_account="", issuers=ISSUERS)
    nowhere = signer.token(system_claims(aud=""))
    with pytest.raises(InvalidToken):
        verify_system_token(certs, nowhere, audience="", service_account=ADDON, issuers=ISSUERS)


def test_a_forged_signature_is_refused(certs: GoogleCerts, stranger: Signer) -> None:
    with pytest.raises(BadSignature):
        verify_system(certs, stranger.token(system_claims()))


def test_a_changed_payload_is_refused(certs: GoogleCerts, signer: Signer) -> None:
    header, _, signature = signer.token(system_claims(email="mallory@example.com")).split(".")
    with pytest.raises(BadSignature):
        verify_system(certs, f"{header}.{segment(system_claims())}.{signature}")


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS512", "ES256", None, ["RS256"]])
def test_only_rs256_is_read(certs: GoogleCerts, signer: Signer, algorithm: Any) -> None:
    with pytest.raises(UnsupportedAlgorithm):
        verify_system(certs, signer.token(system_claims(), alg=algorithm))


def test_an_unsigned_token_is_refused(certs: GoogleCerts) -> None:
    with pytest.raises(UnsupportedAlgorithm):
        verify_system(certs, f"{segment({'alg': 'none', 'kid': 'key-1'})}.{segment(system_claims())}.")


def test_the_public_key_is_no_shared_secret(certs: GoogleCerts, signer: Signer) -> None:
    signed = f"{segment({'alg': 'HS256', 'kid': 'key-1'})}.{segment(system_claims())}"
    forged = hmac.new(signer.certificate().encode(), signed.encode(), sha256).digest()
    with pytest.raises(UnsupportedAlgorithm):
        verify_system(certs, f"{signed}.{base64url(forged)}")


def test_critical_extensions_are_not_ignored(certs: GoogleCerts, signer: Signer) -> None:
    with pytest.raises(UnsupportedAlgorithm):
        verify_system(certs, signer.token(system_claims(), crit=["b64"], b64=False))


@pytest.mark.parametrize(
    "token", ["", "a.b.c", "..", "e30.e30", "e30.e30.e30.e30", "W10.e30.x", "a" * 9000, "é.e30.e30"]
)
def test_what_is_no_token_is_refused(certs: GoogleCerts, token: str) -> None:
    with pytest.raises(InvalidToken):
        verify_system(certs, token)


@given(st.lists(st.text(max_size=30), max_size=5).map(".".join))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidToken):
        verify(GoogleCerts("http://127.0.0.1:1/certs"), text, audience=HOME, issuers=ISSUERS)


def test_the_person_is_known_by_account_not_by_address(certs: GoogleCerts, signer: Signer) -> None:
    token = signer.token(claims(aud=CLIENT, sub="117", email="alice@example.com", name="Alice"))
    user = verify_user_token(certs, token, client_id=CLIENT, issuers=ISSUERS)
    assert user == GoogleUser("117", "alice@example.com", "Alice")


def test_a_person_of_another_client_or_unverified_is_refused(certs: GoogleCerts, signer: Signer) -> None:
    web_client = signer.token(claims(aud="web.apps.example", email="alice@example.com"))
    with pytest.raises(WrongAudience):
        verify_user_token(certs, web_client, client_id=CLIENT, issuers=ISSUERS)
    unverified = signer.token(claims(aud=CLIENT, email="alice@example.com", email_verified=False))
    with pytest.raises(UnverifiedEmail):
        verify_user_token(certs, unverified, client_id=CLIENT, issuers=ISSUERS)


def test_a_push_must_come_from_the_configured_account(certs: GoogleCerts, signer: Signer) -> None:
    push = "https://crm.example.com/gmail/push"
    token = signer.token(claims(aud=push, email="pubsub@project.example"))
    verify_push_token(certs, token, audience=push, service_account="pubsub@project.example", issuers=ISSUERS)
    with pytest.raises(WrongServiceAccount):
        verify_push_token(certs, token, audience=push, service_account=ADDON, issuers=ISSUERS)


def test_a_key_set_serves_as_well_as_certificates(
    publication: Publication, certs: GoogleCerts, signer: Signer, stranger: Signer
) -> None:
    publication.publish_key_set(signer)
    verify_system(certs, signer.token(system_claims()))
    with pytest.raises(BadSignature):
        verify_system(certs, stranger.token(system_claims()))


def test_keys_are_fetched_once_per_max_age(
    publication: Publication, certs: GoogleCerts, signer: Signer, clock: Clock
) -> None:
    publication.cache_control = "public, max-age=600, must-revalidate"
    token = signer.token(system_claims())
    for _ in range(5):
        verify_system(certs, token)
    assert publication.fetches == 1
    clock.now += 601
    verify_system(certs, token)
    assert publication.fetches == 2


def test_keys_without_max_age_live_an_hour(
    publication: Publication, certs: GoogleCerts, signer: Signer, clock: Clock
) -> None:
    publication.cache_control = "private"
    token = signer.token(system_claims(exp=clock.now + 9999))
    verify_system(certs, token)
    clock.now += 3599
    verify_system(certs, token)
    assert publication.fetches == 1
    clock.now += 2
    verify_system(certs, token)
    assert publication.fetches == 2


def test_a_rotated_key_is_fetched_at_once_but_not_for_every_made_up_one(
    publication: Publication, certs: GoogleCerts, signer: Signer, clock: Clock
) -> None:
    verify_system(certs, signer.token(system_claims()))
    rotated = Signer("key-2")
    publication.publish(signer, rotated)
    clock.now += SECONDS_BETWEEN_FETCHES
    verify_system(certs, rotated.token(system_claims()))
    assert publication.fetches == 2
    for number in range(5):
        with pytest.raises(UnknownKey):
            verify_system(certs, signer.token(system_claims(), kid=f"made-up-{number}"))
    assert publication.fetches == 2


@pytest.mark.parametrize(
    ("status", "body"), [(500, b""), (200, b"<html>"), (200, b"{}"), (200, b"[]"), (200, b'{"a":1}')]
)
def test_old_keys_stay_while_new_ones_cannot_be_had(
    publication: Publication, certs: GoogleCerts, signer: Signer, clock: Clock, status: int, body: bytes
) -> None:
    token = signer.token(system_claims(exp=clock.now + 99999))
    verify_system(certs, token)
    publication.status, publication.body = status, body
    clock.now += 4000
    verify_system(certs, token)
    with pytest.raises(CertificatesUnavailable) as unavailable:
        verify_system(certs, Signer("key-3").token(system_claims(exp=clock.now + 60)))
    assert unavailable.value.status == 503
    assert publication.fetches == 2


def test_without_any_key_nothing_is_accepted_until_the_next_fetch(
    publication: Publication, certs: GoogleCerts, signer: Signer, clock: Clock
) -> None:
    publication.status = 503
    token = signer.token(system_claims())
    for _ in range(3):
        with pytest.raises(CertificatesUnavailable):
            verify_system(certs, token)
    assert publication.fetches == 1
    publication.status = 200
    clock.now += SECONDS_BETWEEN_FETCHES
    verify_system(certs, token)


def test_many_threads_fetch_once(publication: Publication, certs: GoogleCerts, signer: Signer) -> None:
    token = signer.token(system_claims())
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: verify_system(certs, token), range(64)))
    assert publication.fetches == 1


def test_verification_is_fast_enough_for_every_message_open(certs: GoogleCerts, signer: Signer) -> None:
    token = signer.token(system_claims())
    verify_system(certs, token)
    best = min(_seconds(lambda: verify_system(certs, token), 50) for _ in range(5))
    assert best < 0.00015


def _seconds(call: Any, times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - started) / times
