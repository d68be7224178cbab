"""Pub/Sub push: the envelope, its OIDC token, and a delivery that may repeat, swap, lose or delay."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from threading import Condition, Thread
from typing import Any

import httpx
import orjson

from sync.emulator.signer import Signer

MAX_ATTEMPTS = 5
ACKNOWLEDGED = frozenset({102, 200, 201, 202, 204})


@dataclass(frozen=True)
class Subscription:
    """Where a topic's messages go; `audience` and `service_account` end up in the OIDC token."""

    topic: str
    endpoint: str
    audience: str
    service_account: str

    @property
    def name(self) -> str:
        return self.topic.replace("/topics/", "/subscriptions/") + "-push"


@dataclass
class PushFaults:
    """`duplicate` and `drop` are probabilities; `reorder` shuffles what waits together; `delay` in seconds."""

    duplicate: float = 0.0
    drop: float = 0.0
    reorder: bool = False
    delay: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class PushAttempt:
    """One POST to the endpoint; `status` is None when no answer came."""

    message_id: str
    email_address: str
    history_id: int
    status: int | None


@dataclass(frozen=True)
class _Notification:
    subscription: Subscription
    message_id: str
    email_address: str
    history_id: int
    published: float


@dataclass
class Push:
    """Publishes mailbox changes and posts them from a background thread, at least once each unless dropped.

    What is not acknowledged is posted again after `retry_seconds`, then after twice that, and so on.
    """

    signer: Signer
    clock: Callable[[], float]
    retry_seconds: float = 0.1
    attempts: list[PushAttempt] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._subscriptions: dict[str, Subscription] = {}
        self._waiting: deque[_Notification] = deque()
        self._changed = Condition()
        self._busy = False
        self._closed = False
        self._thread: Thread | None = None
        self._published = 0
        self.faults = PushFaults()

    @property
    def faults(self) -> PushFaults:
        return self._faults

    @faults.setter
    def faults(self, faults: PushFaults) -> None:
        self._faults = faults
        self._random = Random(faults.seed)

    def subscribe(self, topic: str, endpoint: str, *, service_account: str, audience: str | None = None) -> None:
        """Sends a topic (`projects/<p>/topics/<t>`) to an endpoint; the audience defaults to the endpoint's URL."""
        self._subscriptions[topic] = Subscription(topic, endpoint, audience or endpoint, service_account)

    def publish(self, topic: str, email_address: str, history_id: int) -> None:
        """Queues a notification; a topic without a subscription swallows it."""
        subscription = self._subscriptions.get(topic)
        if subscription is None:
            return
        with self._changed:
            self._published += 1
            message_id = str(10**15 + self._published)
            note = _Notification(subscription, message_id, email_address, history_id, self.clock())
            if self._random.random() >= self.faults.drop:
                self._waiting.append(note)
            if self._random.random() < self.faults.duplicate:
                self._waiting.append(note)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="emulator-push", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, timeout: float = 5.0) -> bool:
        """Waits until nothing is queued or under way; False if that takes longer than `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, timeout)

    def close(self) -> None:
        """Stops the thread; what is queued is lost."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with httpx.Client(timeout=10, trust_env=False) as client:
            while batch := self._take():
                for note in batch:
                    if self.faults.delay:
                        time.sleep(self.faults.delay)
                    self._deliver(client, note)
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()

    def _take(self) -> list[_Notification]:
        """Waits for work; everything that is waiting then, or nothing once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return []
            batch = list(self._waiting)
            self._waiting.clear()
            self._busy = True
            if self.faults.reorder:
                self._random.shuffle(batch)
            return batch

    def _deliver(self, client: httpx.Client, note: _Notification) -> None:
        """Posts until acknowledged, a bounded number of times with growing pauses."""
        for attempt in range(MAX_ATTEMPTS):
            if attempt:
                time.sleep(self.retry_seconds * 2 ** (attempt - 1))
            status = self._post(client, note)
            self.attempts.append(PushAttempt(note.message_id, note.email_address, note.history_id, status))
            if status in ACKNOWLEDGED or self._closed:
                return

    def _post(self, client: httpx.Client, note: _Notification) -> int | None:
        subscription = note.subscription
        token = self.signer.sign(
            {
                "aud": subscription.audience,
                "azp": "113774264463038321964",
                "sub": "113774264463038321964",
                "email": subscription.service_account,
                "email_verified": True,
            }
        )
        try:
            response = client.post(
                subscription.endpoint,
                content=orjson.dumps(_envelope(note)),
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            )
        except httpx.HTTPError:
            return None
        return response.status_code


def _envelope(note: _Notification) -> dict[str, Any]:
    """https://cloud.google.com/pubsub/docs/push#receive_push around Gmail's notification."""
    data = orjson.dumps({"emailAddress": note.email_address, "historyId": note.history_id})
    published = datetime.fromtimestamp(note.published, UTC).isoformat(timespec="milliseconds")
    published = published.replace("+00:00", "Z")
    message = {
        "data": urlsafe_b64encode(data).decode(),
        "messageId": note.message_id,
        "message_id": note.message_id,
        "publishTime": published,
        "publish_time": published,
    }
    return {"message": message, "subscription": note.subscription.name}
