"""The card next to an opened message, for twenty reps at once, at a small and a large store."""

import random
from collections.abc import Iterator

import orjson

from sync.emulator import GmailEmulator, serve
from tests.bench import store
from tests.bench.databases import KINDS, filled
from tests.bench.load import Load, request, run
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.servers import CLIENT_ID, SERVICE_ACCOUNT, web

REQUESTS = 4_000
ISSUER = "https://accounts.google.com"


def bench() -> Iterator[Measure]:
    for kind in KINDS:
        small = _load(kind, "medium", store.MEDIUM)
        large = _load(kind, "large", store.LARGE)
        p95 = percentile(large.seconds, 0.95) * 1000
        yield Measure(f"card: message open, p95 of 20 reps, {kind}", p95, "ms", 50, AT_MOST)
        yield Measure(f"card: message open, {kind}", large.per_second, "requests/s")
        yield Measure(f"card: longest answer, {kind}", max(large.bodies) / 1000, "kB", 25, AT_MOST)
        growth = percentile(large.seconds, 0.5) / percentile(small.seconds, 0.5)
        yield Measure(f"card: median at 1,000,000 / at 10,000 entries, {kind}", growth, "ratio", 1.5, AT_MOST)


def _load(kind: str, name: str, size: store.Size) -> Load:
    emulator = GmailEmulator()
    with (
        serve(emulator) as google,
        filled(kind, name, size) as url,
        web(url, processes=2, certs_url=f"{google.url}/oauth2/v1/certs") as ports,
    ):
        return run(ports, _requests(emulator, ports[0], size), expect=b"Logged to", connections=store.REPS, warm_up=400)


def _requests(emulator: GmailEmulator, port: int, size: store.Size) -> list[bytes]:
    """Each rep opens messages of their own mailbox, as Gmail would report it."""
    chosen, path = random.Random(11), "/addon/gmail/message"
    system = emulator.signer.sign(
        {
            "iss": ISSUER,
            "aud": f"http://127.0.0.1:{port}{path}",
            "email": SERVICE_ACCOUNT,
            "email_verified": True,
            "sub": SERVICE_ACCOUNT,
        }
    )
    users = [_user_token(emulator, rep) for rep in range(store.REPS)]
    requests = []
    for number in range(REQUESTS):
        rep = number % store.REPS
        message = chosen.randrange(size.messages // store.REPS) * store.REPS + rep
        event = orjson.dumps(_event(system, users[rep], message))
        headers = {"Authorization": f"Bearer {system}", "Content-Type": "application/json"}
        requests.append(request("POST", path, headers, event))
    return requests


def _user_token(emulator: GmailEmulator, rep: int) -> str:
    email = f"rep{rep}@seller.example"
    claims = {"iss": ISSUER, "aud": CLIENT_ID, "sub": f"sub{rep}", "email": email, "email_verified": True}
    return emulator.signer.sign(claims)


def _event(system: str, user: str, message: int) -> dict[str, object]:
    return {
        "commonEventObject": {"hostApp": "GMAIL", "platform": "WEB", "userLocale": "en-GB"},
        "authorizationEventObject": {"userOAuthToken": "ya29.bench", "userIdToken": user, "systemIdToken": system},
        "gmail": {
            "messageId": f"msg-f:{int(store.gmail_id(message), 16)}",
            "threadId": f"thread-f:{int(store.gmail_id(message - message % 4), 16)}",
            "accessToken": "bench",
        },
    }
