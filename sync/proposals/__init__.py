"""What a mail says that a record does not know yet, offered to whoever reads it; nothing is written here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter

from sqlalchemy import select
from sqlmodel import Session, col

from app.records.fields import type_of
from app.records.fields.formats import Formats
from app.records.schema import Schema
from app.workspaces.access import Viewer
from app.workspaces.mail_access import may_read_message
from models import Message, MessageBody, Participant, Record
from sync.parse.signature import Sender, read_signature, signature_start
from sync.parse.signature.footers import without_footer
from sync.proposals.amounts import amounts_in
from sync.proposals.days import days_in
from sync.proposals.offer import Proposal, Target, Why
from sync.proposals.signed import for_company, for_person

__all__ = ["Letter", "Proposal", "Why", "proposals_for", "propose"]

MOST_OF_A_FIELD = 3
_LONGEST_TEXT = 20_000
_LONGEST_QUOTE = 120
_FURTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as proposals see it: `text` is what its author typed, `name` and `address` are theirs."""

    text: str
    name: str
    address: str
    sent_at: datetime


def proposals_for(
    session: Session, *, viewer: Viewer, message_id: str, record: Record, schema: Schema, formats: Formats | None = None
) -> list[Proposal]:
    """What a person's message offers to this record, which the viewer sees; one statement.

    Nothing where the viewer may not read the message, or a program wrote it.
    """
    query = (
        select(MessageBody.visible_text, Participant.name, Participant.address, Message.sent_at)  # type: ignore[call-overload]
        .join(MessageBody, col(MessageBody.message_id) == col(Message.id))
        .join(Participant, col(Participant.message_id) == col(Message.id))
        .where(col(Message.id) == message_id, col(Message.kind) == "human", may_read_message(viewer))
        .where(col(Participant.role) == "from")
        .order_by(col(Participant.position))
        .limit(1)
    )
    found = session.execute(query).first()
    return propose(Letter(*found), record=record, schema=schema, formats=formats or Formats()) if found else []


def propose(letter: Letter, *, record: Record, schema: Schema, formats: Formats) -> list[Proposal]:
    """What the letter offers to the record, in the order of the fields of its kind."""
    target = Target(record, schema, formats, newer=letter.sent_at > record.updated_at)
    if record.kind == "deal":
        return [] if record.status in ("won", "lost") else [*_amounts(target, letter), *_days(target, letter)]
    details = read_signature(letter.text, name=letter.name, address=letter.address)
    if details is None:
        return []
    if record.kind in ("contact", "lead"):
        return list(filter(None, for_person(target, details, address=letter.address)))
    if record.kind == "company":
        return list(filter(None, for_company(target, details, address=letter.address)))
    return []


def _amounts(target: Target, letter: Letter) -> list[Proposal]:
    if not target.schema.has("amount"):
        return []
    text, field = _said(letter), target.schema.field("amount")
    found = ((type_of(field).cell(field, amount), at) for amount, at in amounts_in(text, field=field))
    return _mentioned(target, "amount", text, found)


def _days(target: Target, letter: Letter) -> list[Proposal]:
    """Days to come, within three years."""
    text, today = _said(letter), letter.sent_at.date()
    found = ((day.isoformat(), at) for day, at in days_in(text, written_on=today) if today < day <= today + _FURTHEST)
    return _mentioned(target, "close_on", text, found)


def _said(letter: Letter) -> str:
    """The text above the signature, as far as proposals look."""
    lines = without_footer(letter.text[:_LONGEST_TEXT].splitlines())
    start = signature_start(lines, sender=Sender.of(letter.name, letter.address))
    return "\n".join(lines[:start])


def _mentioned(target: Target, key: str, text: str, found: Iterable[tuple[str, int]]) -> list[Proposal]:
    """The first few values, each once, with the line where it was mentioned first."""
    places: dict[str, int] = {}
    for value, at in sorted(found, key=itemgetter(1)):
        places.setdefault(value, at)
    offered = (target.offer(key, value, why=Why.TEXT, quote=_line_at(text, at)) for value, at in places.items())
    return list(islice(filter(None, offered), MOST_OF_A_FIELD))


def _line_at(text: str, position: int) -> str:
    """The line around a position, at most so many characters of it."""
    start = max(text.rfind("\n", 0, position) + 1, position - _LONGEST_QUOTE // 2)
    return text[start : start + _LONGEST_QUOTE].partition("\n")[0].strip()
