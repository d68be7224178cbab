"""Alice's mailbox at an emulated Gmail, and Sidenote that syncs it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine, select
from sqlmodel import SQLModel, col

from app.core.database import transaction
from app.core.security import Vault
from app.core.settings import Settings
from models import Event, Mailbox, MailboxMessage, Message, SyncItem
from sync.emulator import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, GmailEmulator
from sync.engine import run_once
from sync.oauth import CONNECT, SCOPES
from tests.cast import Cast, gather

ADDRESS = "alice@fairfield.example"
FIRST_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
KEY = Fernet.generate_key().decode()


class SimulatedClock:
    """Hours pass in milliseconds: sleeping only moves the hands. `on_sleep` is called at the start of each sleep."""

    def __init__(self, start: float = 1_795_000_000.0) -> None:
        self.time = start
        self.slept = 0.0
        self.on_sleep: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.time

    def date(self, *, seconds: float = 0.0) -> datetime:
        """The time so many seconds from now."""
        return datetime.fromtimestamp(self.time + seconds, UTC)

    def sleep(self, seconds: float) -> None:
        self.on_sleep()
        self.time += seconds
        self.slept += seconds

    def pass_time(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class Office:
    emulator: GmailEmulator
    engine: Engine
    settings: Settings
    clock: SimulatedClock
    cast: Cast
    mailbox_id: str
    _numbers: Any = field(default_factory=lambda: count(1))

    def sync(self, **options: Any) -> None:
        run_once(self.engine, self.settings, self.mailbox_id, clock=self.clock, **options)

    def deliver(
        self,
        *,
        sender: str = "Dana Diaz <dana@customer.example>",
        to: str = ADDRESS,
        subject: str = "The offer",
        labels: tuple[str, ...] = ("INBOX",),
        thread_id: str | None = None,
        reply_to: int | None = None,
    ) -> str:
        """A new message in Alice's mailbox, a day after the one before; returns its Gmail id."""
        number = next(self._numbers)
        date = FIRST_DAY + timedelta(days=number)
        reply = f"In-Reply-To: <{reply_to}@customer.example>\r\n" if reply_to else ""
        raw = (
            f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{number}@customer.example>\r\n{reply}"
            f"Date: {date:%a, %d %b %Y %H:%M:%S +0000}\r\n\r\nLetter number {number}.\r\n"
        )
        return self.emulator.deliver(ADDRESS, raw.encode(), labels=labels, internal_date=date, thread_id=thread_id)

    def fill(self, threads: int, *, replies: int = 0) -> list[str]:
        """Threads with so many replies each; returns the ids of all messages, oldest first."""
        ids = []
        for number in range(threads):
            first = self.deliver(
                sender=f"Person {number} <p{number}@customer{number % 9}.example>", subject=f"Topic {number}"
            )
            thread_id = self.emulator.mailbox(ADDRESS).messages[first].thread.id
            ids += [first, *(self.deliver(subject=f"Re: Topic {number}", thread_id=thread_id) for _ in range(replies))]
        return ids

    def outcomes(self) -> dict[str, str]:
        """Outcome, with the reason of what was filtered or failed, by Gmail id."""
        with transaction(self.engine, read_only=True) as session:
            rows = session.scalars(select(MailboxMessage).where(col(MailboxMessage.mailbox_id) == self.mailbox_id))
            return {
                row.gmail_id: f"{row.outcome}: {row.reason}" if row.outcome in {"filtered", "failed"} else row.outcome
                for row in rows
            }

    def tally(self) -> Counter[str]:
        return Counter(self.outcomes().values())

    def labels(self, gmail_id: str) -> set[str]:
        with transaction(self.engine, read_only=True) as session:
            return set(session.get_one(MailboxMessage, (self.mailbox_id, gmail_id)).labels)

    def mailbox(self) -> Mailbox:
        with transaction(self.engine, read_only=True) as session:
            mailbox = session.get_one(Mailbox, self.mailbox_id)
            session.expunge(mailbox)
            return mailbox

    def set(self, **values: Any) -> None:
        with transaction(self.engine) as session:
            mailbox = session.get_one(Mailbox, self.mailbox_id)
            for name, value in values.items():
                setattr(mailbox, name, value)

    def count(self, table: type[SQLModel]) -> int:
        with transaction(self.engine, read_only=True) as session:
            return len(session.scalars(select(table)).all())

    def events(self, prefix: str = "mailbox.") -> list[str]:
        with transaction(self.engine, read_only=True) as session:
            types = session.scalars(select(col(Event.type)).order_by(col(Event.id)))
            return [type for type in types if type.startswith(prefix)]

    def calls(self, method: str) -> int:
        return int(self.emulator.stats()["calls"].get(ADDRESS, {}).get(method, 0))

    def subjects(self) -> Counter[str]:
        with transaction(self.engine, read_only=True) as session:
            return Counter(session.scalars(select(col(Message.subject))))

    def queued(self) -> int:
        return self.count(SyncItem)


def settings_for(url: str, database_url: str, **changes: Any) -> Settings:
    """Settings of a Sidenote on loopback that takes the emulator at `url` for Google."""
    values: dict[str, Any] = {
        "database_url": database_url,
        "secret_keys": [KEY],
        "gmail_api_root": url,
        "gmail_quota": "none",
        "oauth_auth_url": f"{url}/o/oauth2/v2/auth",
        "oauth_token_url": f"{url}/token",
        "oauth_revoke_url": f"{url}/revoke",
        "oauth_client_id": DEFAULT_CLIENT_ID,
        "oauth_client_secret": DEFAULT_CLIENT_SECRET,
        "google_certs_url": f"{url}/oauth2/v1/certs",
    }
    return Settings(_env_file=None, **values | changes)


def connect(
    emulator: GmailEmulator, engine: Engine, mailbox_id: str, *, scopes: Sequence[str] = SCOPES[CONNECT]
) -> None:
    """Give the mailbox a grant, as if its owner had just consented."""
    with transaction(engine) as session:
        mailbox = session.get_one(Mailbox, mailbox_id)
        mailbox.state = "new"
        mailbox.grant = Vault([KEY]).encrypt(emulator.grant(mailbox.address, scopes))


def open_office(
    database_url: str, engine: Engine, emulator: GmailEmulator, gmail_url: str, clock: SimulatedClock
) -> Office:
    """The cast in an empty database, and Alice's mailbox connected but not synced yet."""
    cast = gather(engine)
    mailbox_id = cast.mailboxes[cast.alice.member_id]
    connect(emulator, engine, mailbox_id)
    return Office(emulator, engine, settings_for(gmail_url, database_url), clock, cast, mailbox_id)
