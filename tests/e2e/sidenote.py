"""A Sidenote that takes the emulator for Google: its web pages in a browser, its sync, its store."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urljoin

import httpx
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from sqlmodel import SQLModel, col

from app.core.context import Context
from app.core.database import transaction
from models import Event, Mailbox, MailboxMessage, Message
from sync.engine import run_once
from tests.e2e.google import Google
from tests.e2e.mail import ADDRESS

Row = TypeVar("Row", bound=SQLModel)


class HastyClock:
    """The time of day, except that whoever sleeps wakes at once, as late as they wanted."""

    def __init__(self) -> None:
        self.slept = 0.0

    def now(self) -> float:
        return time.time() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@dataclass
class Sidenote:
    context: Context
    browser: httpx.Client
    google: Google
    clock: HastyClock = field(default_factory=HastyClock)

    def visit_google(self, path: str) -> str:
        """Follow `path` to Google and consent there as Alice; returns the URL Google sends the browser back to."""
        away = self.browser.get(path, follow_redirects=False)
        assert away.status_code == 303
        page = httpx.get(away.headers["location"])
        assert page.is_success, page.text
        for form in LexborHTMLParser(page.text).css("form"):
            fields = {each.attributes["name"]: each.attributes["value"] or "" for each in form.css("input[name]")}
            if fields["email"] == ADDRESS:
                action = urljoin(self.google.url, form.attributes["action"])
                return httpx.post(action, data=fields).headers["location"]
        raise AssertionError(f"Google does not offer {ADDRESS}")

    def sign_in(self) -> None:
        self.browser.get(self.visit_google("/signin"))

    def connect(self) -> None:
        """Connect Alice's mailbox in the browser."""
        home = self.browser.get(self.visit_google("/connect"))
        assert home.is_success, home.text
        assert ADDRESS in home.text

    def offers(self, path: str) -> bool:
        """Whether the first page has a link there."""
        return LexborHTMLParser(self.browser.get("/").text).css_first(f'a[href="{path}"]') is not None

    def sync(self) -> None:
        run_once(self.context.engine, self.context.settings, self.mailbox().id, clock=self.clock)

    def mailbox(self) -> Mailbox:
        return self.one(Mailbox)

    def refresh_token(self) -> str:
        return self.context.vault.decrypt(self.mailbox().grant)

    def copies(self) -> dict[str, MailboxMessage]:
        """What became of each message, by Gmail id."""
        return {copy.gmail_id: copy for copy in self.all(MailboxMessage)}

    def tally(self) -> Counter[str]:
        """Outcomes counted, those of filtered messages by reason."""
        return Counter(
            f"filtered: {copy.reason}" if copy.outcome == "filtered" else copy.outcome
            for copy in self.all(MailboxMessage)
        )

    def message(self, gmail_id: str) -> Message:
        with transaction(self.context.engine, read_only=True) as session:
            copy = session.scalars(select(MailboxMessage).where(col(MailboxMessage.gmail_id) == gmail_id)).one()
            message = session.get_one(Message, copy.message_id)
            session.expunge(message)
            return message

    def events(self, prefix: str) -> list[str]:
        return [
            event.type for event in sorted(self.all(Event), key=lambda event: event.id) if event.type.startswith(prefix)
        ]

    def one(self, table: type[Row]) -> Row:
        (row,) = self.all(table)
        return row

    def all(self, table: type[Row]) -> list[Row]:
        with transaction(self.context.engine, read_only=True) as session:
            rows = list(session.scalars(select(table)))
            session.expunge_all()
            return rows


def assert_in_step(sidenote: Sidenote) -> None:
    """No hole and no ghost: what Gmail has is stored under the same labels, and nothing else is.

    Of spam and trash only what was stored before it was thrown away is here, so a hole there is none.
    """
    theirs = sidenote.google.messages()
    copies = sidenote.copies()
    ours = {gmail_id: set(copy.labels) for gmail_id, copy in copies.items() if copy.outcome == "stored"}
    unwanted = {gmail_id for gmail_id, labels in theirs.items() if labels & {"SPAM", "TRASH"}}
    assert ours == {gmail_id: theirs[gmail_id] for gmail_id in theirs if gmail_id in ours or gmail_id not in unwanted}
