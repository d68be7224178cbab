"""The one way to Gmail: every call of a mailbox, at the configured API root, paid from its quota."""

from collections.abc import Callable, Iterator
from functools import cache
from http.client import HTTPException
from types import TracebackType
from typing import Any, Self

import httplib2
import orjson
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

from app.core.clock import Clock
from app.core.settings import Settings
from sync.batch import BatchClient
from sync.errors import GmailUnavailable, Gone, HistoryExpired, TokenRefused, error_from
from sync.grants import Grant
from sync.scope import Scope

TIMEOUT_SECONDS = 60
LIST_PAGE = 500
"""The most ids Gmail lists at once; a page costs the same however full it is."""
HISTORY_PAGE = 500

Answer = dict[str, Any]
Spend = Callable[[str, int], None]


class GmailClient:
    """One mailbox's Gmail. `spend(method, calls)` is asked before each call and may wait or raise.

    Methods raise the types of `sync.errors`. Close it after use.
    """

    def __init__(self, settings: Settings, grant: Grant, clock: Clock, spend: Spend) -> None:
        self._grant = grant
        self._clock = clock
        self._spend = spend
        self._users = gmail_service(settings.gmail_api_root).users()
        self._http = httplib2.Http(timeout=TIMEOUT_SECONDS)
        self.batch = BatchClient(settings.gmail_api_root, grant, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()
        self.batch.close()

    def profile(self) -> Answer:
        return self._call("getProfile", self._users.getProfile(userId="me"))

    def label_ids(self) -> list[str]:
        answer = self._call("labels.list", self._users.labels().list(userId="me"))
        return [label["id"] for label in answer.get("labels", ())]

    def send_as(self) -> list[Answer]:
        """The addresses this mailbox may send as, the primary one among them."""
        answer = self._call("sendAs.list", self._users.settings().sendAs().list(userId="me"))
        return list(answer.get("sendAs", ()))

    def threads_page(self, scope: Scope, *, page_token: str | None, size: int) -> Answer:
        """`{"threads": [{"id", …}], "nextPageToken"}`, newest first; either key may be absent."""
        asked = _listing(scope, page_token) | {"maxResults": size}
        return self._call("threads.list", self._users.threads().list(**asked))

    def message_ids(self, scope: Scope, *, spam_and_trash: bool) -> Iterator[dict[str, str]]:
        """Each page of a listing as {message id: thread id}."""
        token: str | None = None
        while True:
            asked = _listing(scope, token) | {"maxResults": LIST_PAGE, "includeSpamTrash": spam_and_trash}
            page = self._call("messages.list", self._users.messages().list(**asked))
            yield {message["id"]: message["threadId"] for message in page.get("messages", ())}
            token = page.get("nextPageToken")
            if not token:
                return

    def history_page(self, *, start: str, page_token: str | None) -> Answer:
        """`{"history": […], "historyId", "nextPageToken"}`; HistoryExpired when `start` is too old."""
        asked: Answer = {"userId": "me", "startHistoryId": start, "maxResults": HISTORY_PAGE}
        if page_token:
            asked["pageToken"] = page_token
        try:
            return self._call("history.list", self._users.history().list(**asked))
        except Gone as error:
            raise HistoryExpired(error.message) from None

    def watch(self, *, topic: str) -> Answer:
        """Ask for pushes to a Pub/Sub topic; `{"historyId", "expiration"}` (epoch milliseconds)."""
        return self._call("watch", self._users.watch(userId="me", body={"topicName": topic}))

    def stop_watch(self) -> None:
        self._call("stop", self._users.stop(userId="me"))

    def _call(self, method: str, request: HttpRequest) -> Answer:
        self._spend(method, 1)
        token = self._grant.access_token()
        try:
            return self._send(request, token)
        except TokenRefused:
            return self._send(request, self._grant.access_token(refused=token))

    def _send(self, request: HttpRequest, token: str) -> Answer:
        request.headers["authorization"] = f"Bearer {token}"
        try:
            answer: Answer = request.execute(http=self._http) or {}
        except HttpError as error:
            headers = dict(error.resp)
            raise error_from(error.resp.status, headers, error.content, now=self._clock.now()) from None
        except (OSError, HTTPException, httplib2.HttpLib2Error) as error:
            raise GmailUnavailable(f"Gmail cannot be reached: {type(error).__name__}") from None
        return answer


def _listing(scope: Scope, page_token: str | None) -> Answer:
    asked: Answer = {"userId": "me"}
    if scope.query:
        asked["q"] = scope.query
    if scope.label_id:
        asked["labelIds"] = [scope.label_id]
    if page_token:
        asked["pageToken"] = page_token
    return asked


@cache
def gmail_service(api_root: str) -> Any:
    """The generated Gmail client, from the document in the library; REST, batch and upload all at `api_root`."""
    document = orjson.loads(get_static_doc("gmail", "v1"))
    root = api_root.rstrip("/") + "/"
    document |= {"rootUrl": root, "baseUrl": root, "batchPath": "batch/gmail/v1"}
    document.pop("mtlsRootUrl", None)
    return build_from_document(document, http=httplib2.Http(timeout=TIMEOUT_SECONDS))
