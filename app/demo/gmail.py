"""The mailbox behind the page, read and changed over Gmail's HTTP API."""

import base64
from collections.abc import Sequence
from typing import Any

import httpx

from app.core.errors import NotFound, SidenoteError

PAGE_SCOPES = ("https://www.googleapis.com/auth/gmail.modify",)
ROOT = "/gmail/v1/users/me"


class GmailUnavailable(SidenoteError):
    """Gmail refused or did not answer; the message repeats its reason."""

    status = 502
    code = "gmail_unavailable"


class GmailMailbox:
    """One mailbox, as the holder of `access_token` sees it. Returned values are Gmail's own JSON resources."""

    def __init__(self, client: httpx.Client, access_token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {access_token}"}

    def list_threads(self, *, query: str, labels: Sequence[str], page_token: str, limit: int) -> dict[str, Any]:
        """threads.list: `{threads: [{id, snippet, historyId}], nextPageToken}`, both keys may be absent."""
        params: dict[str, Any] = {"q": query, "labelIds": list(labels), "pageToken": page_token}
        given = {name: value for name, value in params.items() if value}
        return self._call("GET", "/threads", params={**given, "maxResults": limit})

    def thread(self, thread_id: str, *, full: bool) -> dict[str, Any]:
        return self._call("GET", f"/threads/{thread_id}", params={"format": "full" if full else "metadata"})

    def message(self, message_id: str) -> dict[str, Any]:
        return self._call("GET", f"/messages/{message_id}", params={"format": "full"})

    def attachment(self, message_id: str, attachment_id: str) -> bytes:
        body = self._call("GET", f"/messages/{message_id}/attachments/{attachment_id}")
        return base64.urlsafe_b64decode(body["data"] + "==")

    def label_names(self) -> dict[str, str]:
        """User labels only: id to name."""
        labels = self._call("GET", "/labels").get("labels", [])
        return {label["id"]: label["name"] for label in labels if label.get("type") == "user"}

    def mark_read(self, thread_id: str) -> None:
        self._call("POST", f"/threads/{thread_id}/modify", json={"removeLabelIds": ["UNREAD"]})

    def send(self, raw: bytes, *, thread_id: str | None) -> dict[str, Any]:
        body = {"raw": base64.urlsafe_b64encode(raw).decode()}
        return self._call("POST", "/messages/send", json=body | ({"threadId": thread_id} if thread_id else {}))

    def draft(self, draft_id: str) -> dict[str, Any]:
        return self._call("GET", f"/drafts/{draft_id}", params={"format": "full"})

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            response = self._client.request(method, ROOT + path, headers=self._headers, **options)
        except httpx.HTTPError as error:
            raise GmailUnavailable(f"Gmail did not answer: {type(error).__name__}.") from error
        if response.status_code == 404:
            raise NotFound("Gmail does not have this any more.")
        if response.is_error:
            raise GmailUnavailable(f"Gmail answered {response.status_code}: {_reason(response)}")
        body: dict[str, Any] = response.json() if response.content else {}
        return body


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"]["message"])
    except (ValueError, LookupError, TypeError):
        return response.reason_phrase
