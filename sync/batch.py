"""A thin batch client for the hot path: many gets in one request, each answered or refused on its own."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import httpx
import orjson

from app.core.clock import Clock
from sync.errors import GmailError, GmailUnavailable, TokenRefused, error_from
from sync.grants import Grant
from sync.multipart import CONTENT_TYPE, Part, decode, encode

TIMEOUT_SECONDS = 60
FIRST, LEAST, MOST = 25, 5, 50
"""Gmail takes up to 100 calls in a batch, but answers part of a large one with 429."""

Resource = dict[str, Any]
Reply = Resource | GmailError


class BatchClient:
    """Gets of one mailbox. One batch at a time: Gmail counts each call in it as a concurrent one."""

    def __init__(self, api_root: str, grant: Grant, clock: Clock) -> None:
        self._url = f"{api_root.rstrip('/')}/batch/gmail/v1"
        self._grant = grant
        self._clock = clock
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS)

    def get(self, paths: Sequence[str]) -> list[Reply]:
        """A resource or an error for each path, in order. Raises GmailError when the whole batch was refused.

        An access token that Gmail refuses is renewed once, and what it was refused for asked again.
        """
        token = self._grant.access_token()
        replies = self._post(paths, token)
        refused = [index for index, reply in enumerate(replies) if isinstance(reply, TokenRefused)]
        if refused:
            fresh = self._grant.access_token(refused=token)
            again = self._post([paths[index] for index in refused], fresh)
            for index, reply in zip(refused, again, strict=True):
                replies[index] = reply
        return replies

    def close(self) -> None:
        self._http.close()

    def _post(self, paths: Sequence[str], token: str) -> list[Reply]:
        headers = {"authorization": f"Bearer {token}", "content-type": CONTENT_TYPE}
        try:
            answer = self._http.post(self._url, content=encode(paths), headers=headers)
        except httpx.HTTPError as error:
            raise GmailUnavailable(f"Gmail cannot be reached: {type(error).__name__}") from None
        if answer.status_code != HTTPStatus.OK:
            refusal = error_from(answer.status_code, answer.headers, answer.content, now=self._clock.now())
            if isinstance(refusal, TokenRefused):
                return [refusal] * len(paths)
            raise refusal
        return self._replies(answer, len(paths))

    def _replies(self, answer: httpx.Response, count: int) -> list[Reply]:
        replies: list[Reply] = [GmailUnavailable("Gmail left this call of a batch unanswered.")] * count
        try:
            for part in decode(answer.headers.get("content-type", ""), answer.content):
                replies[part.index] = self._reply(part)
        except (ValueError, KeyError, IndexError):
            raise GmailUnavailable("Gmail's batch response could not be read.") from None
        return replies

    def _reply(self, part: Part) -> Reply:
        if part.status != HTTPStatus.OK:
            return error_from(part.status, part.headers, part.body, now=self._clock.now())
        resource: Resource = orjson.loads(part.body)
        return resource


class BatchSize:
    """How many calls to put in a batch: one more after each clean batch, half after one that Gmail rationed."""

    def __init__(self) -> None:
        self.value = FIRST

    def grow(self) -> None:
        self.value = min(MOST, self.value + 1)

    def halve(self) -> None:
        self.value = max(LEAST, self.value // 2)
