"""Which mail of a mailbox Sidenote wants at all, as Gmail's listings take it."""

from dataclasses import dataclass

from app.core.settings import Settings
from models import Mailbox


@dataclass(frozen=True, slots=True)
class Scope:
    """A Gmail search and a label; neither limits anything when empty."""

    query: str
    label_id: str | None

    @property
    def is_everything(self) -> bool:
        return not self.query and self.label_id is None


def scope_of(settings: Settings, mailbox: Mailbox) -> Scope:
    return Scope(settings.backfill_query, mailbox.label_id if mailbox.mode == "labelled" else None)
