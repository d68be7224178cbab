"""What Google would send while twenty reps read their mail: events of the add-on, signed for each of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from gmail_addon.site import ACTION_PATH, COMPOSE_PATH, HOME_PATH, MESSAGE_PATH
from sync.emulator import GmailEmulator
from tests.bench import store
from tests.bench.load import request
from tests.bench.servers import CLIENT_ID, SERVICE_ACCOUNT

PATHS = (HOME_PATH, MESSAGE_PATH, COMPOSE_PATH, ACTION_PATH)
ISSUER = "https://accounts.google.com"


class Gmail:
    """Makes raw requests to the add-on that is reached at `port`; `stages` are ids that deals can be moved to."""

    def __init__(self, emulator: GmailEmulator, port: int, stages: Sequence[str] = ()) -> None:
        self.stages = stages
        self._system = {path: _system(emulator, port, path) for path in PATHS}
        self._users = [_user(emulator, rep) for rep in range(store.REPS)]

    def home(self, rep: int) -> bytes:
        return self._request(HOME_PATH, rep, {})

    def message(self, number: int) -> bytes:
        """Its holder opens the message of this number."""
        return self._request(MESSAGE_PATH, number % store.REPS, {}, _opened(number))

    def compose(self, rep: int, to: str) -> bytes:
        """The rep writes to an address."""
        return self._request(COMPOSE_PATH, rep, {}, {"toRecipients": [to], "ccRecipients": [], "bccRecipients": []})

    def click(self, rep: int, parameters: Mapping[str, str], inputs: Mapping[str, str] | None = None) -> bytes:
        """A click on a card of the homepage; `inputs` are text inputs and dropdowns by name."""
        common = {"parameters": dict(parameters), "formInputs": _form(inputs or {})}
        return self._request(ACTION_PATH, rep, common)

    def _request(self, path: str, rep: int, common: Mapping[str, Any], gmail: Mapping[str, Any] | None = None) -> bytes:
        event: dict[str, Any] = {
            "commonEventObject": {"hostApp": "GMAIL", "platform": "WEB", "userLocale": "en-GB", **common},
            "authorizationEventObject": {
                "userOAuthToken": "ya29.bench",
                "userIdToken": self._users[rep],
                "systemIdToken": self._system[path],
            },
        }
        if gmail is not None:
            event["gmail"] = gmail
        headers = {"Authorization": f"Bearer {self._system[path]}", "Content-Type": "application/json"}
        return request("POST", path, headers, orjson.dumps(event))


def _system(emulator: GmailEmulator, port: int, path: str) -> str:
    return emulator.signer.sign(
        {
            "iss": ISSUER,
            "aud": f"http://127.0.0.1:{port}{path}",
            "email": SERVICE_ACCOUNT,
            "email_verified": True,
            "sub": SERVICE_ACCOUNT,
        }
    )


def _user(emulator: GmailEmulator, rep: int) -> str:
    email = f"rep{rep}@seller.example"
    claims = {"iss": ISSUER, "aud": CLIENT_ID, "sub": f"sub{rep}", "email": email, "email_verified": True}
    return emulator.signer.sign(claims)


def _form(inputs: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"stringInputs": {"value": [value]}} for name, value in inputs.items()}


def _opened(number: int) -> dict[str, str]:
    return {
        "messageId": f"msg-f:{int(store.gmail_id(number), 16)}",
        "threadId": f"thread-f:{int(store.gmail_id(number - number % 4), 16)}",
        "accessToken": "bench",
    }
