"""What a sync came to, in numbers."""

from dataclasses import asdict, dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import Folder, MailboxMessage, Record


@dataclass(frozen=True, slots=True)
class Summary:
    """`messages` = `stored` + `filtered` + `gone` + `failed`, per mailbox copy; `filtered` counts by reason."""

    messages: int
    stored: int
    filtered: dict[str, int]
    gone: int
    failed: int
    threads: int
    contacts: int
    companies: int

    def as_dict(self) -> dict[str, int | dict[str, int]]:
        return asdict(self)


def summarise(session: Session, *, workspace_id: str) -> Summary:
    copies = col(MailboxMessage.workspace_id) == workspace_id
    outcome, reason = col(MailboxMessage.outcome), col(MailboxMessage.reason)
    counted = select(outcome, reason, func.count()).where(copies).group_by(outcome, reason)
    totals = {"stored": 0, "filtered": 0, "gone": 0, "failed": 0}
    filtered: dict[str, int] = {}
    for name, why, count in session.execute(counted):
        totals[name] += count
        if name == "filtered":
            filtered[str(why)] = count
    thread = col(MailboxMessage.gmail_thread_id)
    threads = select(func.count(func.distinct(thread))).where(copies, outcome == "stored")
    return Summary(
        messages=sum(totals.values()),
        stored=totals["stored"],
        filtered=filtered,
        gone=totals["gone"],
        failed=totals["failed"],
        threads=session.scalar(threads) or 0,
        contacts=_count_records(session, workspace_id, "contact"),
        companies=_count_records(session, workspace_id, "company"),
    )


def _count_records(session: Session, workspace_id: str, kind: str) -> int:
    query = (
        select(func.count())
        .select_from(Record)
        .join(Folder, col(Folder.id) == col(Record.folder_id))
        .where(col(Record.workspace_id) == workspace_id, col(Folder.kind) == kind, col(Record.archived_at).is_(None))
    )
    return session.scalar(query) or 0
