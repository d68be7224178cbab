"""A workspace whose mail tests can fill, and look into."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine, select
from sqlmodel import Session, SQLModel, col

from app.core.database import transaction
from app.core.dispatch import drain
from app.core.security import Vault
from app.records.service import create_record
from app.workspaces.access import Viewer
from models import Mailbox, MailboxMessage, Record, TimelineEntry, TimelineLink, Workspace
from sync.ingest import store
from sync.parse import ParsedMessage
from tests.cast import Cast, gather

KEY = Fernet.generate_key().decode()


@dataclass(frozen=True)
class Office:
    engine: Engine
    cast: Cast
    vault: Vault = field(default_factory=lambda: Vault([KEY]))

    def receive(
        self, viewer: Viewer, *messages: ParsedMessage, forced: Sequence[ParsedMessage] = (), backfill: bool = False
    ) -> None:
        """The sync of this member's mailbox brings these messages, in one transaction."""
        with transaction(self.engine) as session:
            store(
                session,
                self.mailbox(session, viewer),
                [*messages, *forced],
                vault=self.vault,
                backfill=backfill,
                forced=frozenset(message.gmail_id for message in forced),
            )

    def mailbox(self, session: Session, viewer: Viewer) -> Mailbox:
        return session.get_one(Mailbox, self.cast.mailboxes[viewer.member_id])

    def configure(self, viewer: Viewer, **values: Any) -> None:
        """Set columns of a member's mailbox."""
        with transaction(self.engine) as session:
            self.mailbox(session, viewer).sqlmodel_update(values)

    def create(self, kind: str, **values: str) -> str:
        """A record that everybody may see; returns its id."""
        with transaction(self.engine) as session:
            return create_record(session, workspace_id=self.cast.workspace_id, kind=kind, values=values).id

    def settle(self) -> None:
        """Let the event consumers do their work."""
        drain(self.engine)

    def all(self, model: type[SQLModel]) -> list[Any]:
        with transaction(self.engine, read_only=True) as session:
            rows = session.scalars(select(model)).all()
            session.expunge_all()
            return list(rows)

    def records(self, kind: str) -> dict[str, Record]:
        """By name."""
        return {record.name: record for record in self.all(Record) if record.kind == kind}

    def rules(self, record_id: str) -> dict[str, str]:
        """The titles on a record's timeline, and the rule that put each there."""
        query = (
            select(col(TimelineEntry.title), col(TimelineLink.rule))
            .join(TimelineLink, col(TimelineLink.entry_id) == col(TimelineEntry.id))
            .where(col(TimelineLink.record_id) == record_id)
        )
        with transaction(self.engine, read_only=True) as session:
            return dict(session.execute(query).all())

    def outcome(self, viewer: Viewer, message: ParsedMessage) -> tuple[str, str | None]:
        """Outcome and reason of a message in this member's mailbox."""
        with transaction(self.engine, read_only=True) as session:
            copy = session.get_one(MailboxMessage, (self.cast.mailboxes[viewer.member_id], message.gmail_id))
            return copy.outcome, copy.reason


def open_office(engine: Engine) -> Office:
    cast = gather(engine)
    with transaction(engine) as session:
        session.get_one(Workspace, cast.workspace_id).internal_domains = ["fairfield.example"]
    return Office(engine, cast)
