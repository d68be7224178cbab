"""The emulator itself: mailboxes, tokens, keys, push, faults and quota under one roof and one lock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import RLock
from typing import Any

from sync.emulator.api import Api
from sync.emulator.batch import answer_batch
from sync.emulator.control import answer_control
from sync.emulator.errors import ApiError
from sync.emulator.faults import Faults
from sync.emulator.history import HistoryLog
from sync.emulator.mailbox import Mailbox
from sync.emulator.oauth import OAuth
from sync.emulator.push import Push
from sync.emulator.quota import Quota, QuotaLedger
from sync.emulator.server import App
from sync.emulator.signer import Signer
from sync.emulator.tokens import DEFAULT_CLIENT_ID, Tokens
from sync.emulator.wire import Reply, Request

DAY = 86_400


class GmailEmulator:
    """A local Gmail. `clock` gives epoch seconds, `token_lifetime` and `history_retention` are seconds.

    `latency` seconds pass before each HTTP answer. Safe to change from one thread while another serves it.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        quota: Quota | None = None,
        token_lifetime: float = 3600,
        history_retention: float = 7 * DAY,
        latency: float = 0.0,
        rewrite_message_ids: bool = True,
    ) -> None:
        self.clock = clock
        self.latency = latency
        self.rewrite_message_ids = rewrite_message_ids
        self.signer = Signer()
        self.tokens = Tokens(clock, token_lifetime)
        self.push = Push(self.signer, clock)
        self.faults = Faults()
        self.ledger = QuotaLedger(quota or Quota.new_project(), clock)
        self.oauth = OAuth(self)
        self.api = Api(self)
        self.asgi = App(self)
        self._history_retention = history_retention
        self._mailboxes: dict[str, Mailbox] = {}
        self._running: dict[str, int] = {}
        self._batches = 0
        self._lock = RLock()

    def add_mailbox(self, address: str, *, name: str = "", aliases: Iterable[str] = ()) -> Mailbox:
        """Opens an empty mailbox; addresses are kept in lower case."""
        address = address.lower()
        mailbox = Mailbox(
            address,
            name=name or address.partition("@")[0],
            aliases=aliases,
            log=HistoryLog(self.clock, self._history_retention),
            clock=self.clock,
            on_change=self._notify,
        )
        with self._lock:
            self._mailboxes[address] = mailbox
        return mailbox

    def mailbox(self, address: str) -> Mailbox:
        """The mailbox of an address. Raises KeyError for one that was never added."""
        return self._mailboxes[address.lower()]

    def mailboxes(self) -> list[Mailbox]:
        return list(self._mailboxes.values())

    def deliver(
        self,
        address: str,
        raw: bytes,
        *,
        labels: Iterable[str] = ("INBOX", "UNREAD"),
        internal_date: datetime | int | None = None,
        thread_id: str | None = None,
    ) -> str:
        """Puts a message into a mailbox and returns its id.

        `labels` are system labels or names of user labels, made if need be; `internal_date` is an aware datetime or
        epoch milliseconds, by default the Date header's. Raises KeyError for an unknown mailbox or thread.
        """
        if isinstance(internal_date, datetime):
            internal_date = int(internal_date.timestamp() * 1000)
        with self._lock:
            mailbox = self.mailbox(address)
            label_ids = [mailbox.labels.ensure(label) for label in labels]
            message = mailbox.add(raw, labels=label_ids, internal_date=internal_date, thread_id=thread_id)
        return message.id

    def delete(self, address: str, message_id: str) -> None:
        """Deletes a message for good. Raises KeyError if there is none."""
        with self._lock:
            mailbox = self.mailbox(address)
            mailbox.remove(mailbox.messages[message_id])

    def modify(self, address: str, message_id: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Changes a message's labels, given like those of `deliver`."""
        with self._lock:
            mailbox = self.mailbox(address)
            mailbox.relabel(
                mailbox.messages[message_id],
                add=[mailbox.labels.ensure(label) for label in add],
                remove=[mailbox.labels.ensure(label) for label in remove],
            )

    def nickname(self, address: str, alias: str, message_id: str) -> None:
        """Makes an id that only Gmail's pages use (`msg-a:r-...`) stand for a message."""
        self.mailbox(address).nicknames[alias] = message_id

    def open_message(self, address: str, message_id: str) -> str:
        """The token an add-on gets with an open message, for the header X-Goog-Gmail-Access-Token."""
        token = f"emulated-message-token-{message_id}"
        self.mailbox(address).opened[token] = message_id
        return token

    def expire_history(self, address: str) -> None:
        """Makes every history id handed out so far too old (404)."""
        with self._lock:
            self.mailbox(address).log.expire()

    def warm(self, address: str | None = None) -> None:
        """Renders every message ahead of the first request for it."""
        for mailbox in [self.mailbox(address)] if address else self.mailboxes():
            for message in list(mailbox.messages.values()):
                _ = message.rendered

    def grant(self, address: str, scopes: Iterable[str], *, client_id: str = DEFAULT_CLIENT_ID) -> str:
        """A refresh token, as if the person had consented on the page."""
        return self.tokens.grant(self.mailbox(address).address, scopes, client_id).refresh_token or ""

    def stats(self) -> dict[str, Any]:
        """Calls and units by address and method, units in the current minute, errors by status, batches."""
        ledger = self.ledger
        with self._lock:
            return {
                "calls": {address: dict(counts) for address, counts in ledger.calls.items()},
                "units": {address: dict(counts) for address, counts in ledger.units.items()},
                "used": {address: ledger.used(address) for address in list(ledger.calls)},
                "errors": {str(status): count for status, count in self.api.errors.items()},
                "batches": self._batches,
            }

    def answer(self, request: Request) -> Reply:
        """The reply to any request that the emulated hosts take."""
        with self._lock:
            if request.path.startswith(("/gmail/", "/upload/")):
                return self.api.answer(request)
            if request.path in ("/batch", "/batch/gmail/v1") and request.verb == "POST":
                return self._answer_batch(request)
            if request.path.startswith("/_ctl/"):
                return answer_control(self, request)
            return self.oauth.answer(request) or self.api.answer(request)

    @contextmanager
    def running(self, bearer: str | None) -> Iterator[int]:
        """Counts a request as under way for its user while the block runs; gives the count."""
        access = self.tokens.find(bearer or "")
        if access is None:
            yield 1
            return
        self._running[access.address] = self._running.get(access.address, 0) + 1
        try:
            yield self._running[access.address]
        finally:
            self._running[access.address] -= 1

    def close(self) -> None:
        """Stops the push thread."""
        self.push.close()

    def _answer_batch(self, request: Request) -> Reply:
        self._batches += 1
        rule = self.faults.strike("batch", None, request.path)
        try:
            if rule and (error := rule.error()):
                raise error
            reply = answer_batch(self.api, request)
        except ApiError as error:
            reply = self.api.refuse(error)
        if rule:
            reply.delay, reply.drop = max(reply.delay, rule.delay), rule.drop
        return reply

    def _notify(self, mailbox: Mailbox, labels: frozenset[str]) -> None:
        watch = mailbox.watch
        if watch is None or watch["expires_at"] <= self.clock():
            return
        touched = bool(labels & watch["labels"]) != watch["exclude"] if watch["labels"] else True
        if touched:
            self.push.publish(watch["topic"], mailbox.address, mailbox.history_id)
