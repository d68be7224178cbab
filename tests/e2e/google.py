"""Google as the independent emulator plays it: its process, and what a person does in their own Gmail there."""

import base64
import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

HOME = Path(__file__).parent / "google-emulator"
OWN_TOKEN = "alice-in-her-own-gmail"
CLIENT_ID, CLIENT_SECRET = "sidenote.apps.googleusercontent.example", "a-client-secret"


@dataclass(frozen=True)
class Google:
    """The emulator at `url`, with Alice's own hands on her mailbox."""

    url: str
    http: httpx.Client

    def messages(self) -> dict[str, set[str]]:
        """Labels by message id, of everything in the mailbox, spam and trash included."""
        labels: dict[str, set[str]] = {gmail_id: set() for gmail_id in self._listed()}
        for label in self._call("GET", "labels")["labels"]:
            for gmail_id in self._listed(label["id"]):
                labels[gmail_id].add(label["id"])
        return labels

    def history_id(self) -> str:
        return str(self._call("GET", "profile")["historyId"])

    def deliver(self, raw: bytes, *, labels: Sequence[str] = ("INBOX", "UNREAD")) -> str:
        """A message arrives; returns its id."""
        body = {"raw": base64.urlsafe_b64encode(raw).decode(), "labelIds": list(labels)}
        return str(self._call("POST", "messages", body)["id"])

    def relabel(self, gmail_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        self._call("POST", f"messages/{gmail_id}/modify", {"addLabelIds": list(add), "removeLabelIds": list(remove)})

    def trash(self, gmail_id: str) -> None:
        self._call("POST", f"messages/{gmail_id}/trash", {})

    def delete_forever(self, gmail_id: str) -> None:
        self._call("DELETE", f"messages/{gmail_id}")

    def ration(self, calls: int) -> None:
        """Answer the next so many calls with 429."""
        self._control(fail429=calls)

    def still_rationed(self) -> int:
        return int(self._control()["fail429"])

    def expire_history(self) -> None:
        """Forget every change up to now."""
        self._control(minHistory=self.history_id())

    def expire_access_tokens(self) -> None:
        self._control(expireTokens=True)

    def revoke(self, refresh_token: str) -> None:
        """Alice removes Sidenote from her Google account."""
        self.http.post("/oauth2/revoke", data={"token": refresh_token}).raise_for_status()
        self.expire_access_tokens()

    def knows(self, refresh_token: str) -> bool:
        body = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return self.http.post("/oauth2/token", data=body | client).is_success

    def _listed(self, *label_ids: str) -> list[str]:
        query = httpx.QueryParams(maxResults=500, includeSpamTrash=True, labelIds=label_ids)
        return [each["id"] for each in self._call("GET", f"messages?{query}")["messages"]]

    def _call(self, method: str, path: str, body: object = None) -> Any:
        answer = self.http.request(method, f"/gmail/v1/users/me/{path}", json=body).raise_for_status()
        return answer.json() if answer.content else None

    def _control(self, **faults: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.http.post("/_ctl", json=faults).raise_for_status().json()
        return answer


@contextmanager
def running(seed: dict[str, Any], folder: Path) -> Iterator[Google]:
    """An emulator process with this seed, which ends with the block, or with us."""
    seed_file = folder / "seed.json"
    seed_file.write_text(json.dumps(seed))
    command = ["node", str(HOME / "start.mjs"), str(seed_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        url = process.stdout.readline().strip()
        assert url, "the emulator did not start: see its words above"
        with httpx.Client(base_url=url, headers={"authorization": f"Bearer {OWN_TOKEN}"}) as http:
            yield Google(url, http)
        process.stdin.close()
