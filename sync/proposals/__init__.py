"""What a mail says that a record does not know yet, offered to whoever reads it; nothing is written here."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from operator import itemgetter

from app.core.hot import Reader
from app.records.fields import type_of
from app.records.fields.formats import Formats
from app.records.schema import Schema
from app.records.seen import Seen
from app.workspaces.access import Viewer
from models import Record
from sync.parse.signature import Details, Sender, read_signature, signature_start
from sync.parse.signature.footers import without_footer
from sync.proposals.amounts import amounts_in
from sync.proposals.days import days_in
from sync.proposals.dismissed import digest_of, dismiss
from sync.proposals.letters import Letter, letter_held
from sync.proposals.offer import Proposal, Target, Why
from sync.proposals.signed import for_company, for_person

__all__ = ["Letter", "Proposal", "Why", "dismiss", "letter_held", "proposals_for", "propose", "signature_of"]

MOST_OF_A_FIELD = 3
_LONGEST_QUOTE = 120
_FURTHEST = timedelta(days=3 * 366)


def proposals_for(
    reader: Reader, *, viewer: Viewer, gmail_id: str, record: Seen, schema: Schema, formats: Formats
) -> list[Proposal]:
    """What the open message, by its id in the viewer's mailbox, offers to this record, which the viewer sees.

    Nothing where it is not stored or a program wrote it, and nothing that was dismissed. One statement.
    """
    held = letter_held(reader, viewer=viewer, gmail_id=gmail_id, record_id=record.id)
    if held is None:
        return []
    letter, dismissed = held
    offered = propose(letter, record=record, schema=schema, formats=formats)
    return [one for one in offered if digest_of(one.field_key, one.offered) not in dismissed]


def signature_of(letter: Letter) -> Details | None:
    """What its author says about themselves under a letter."""
    return read_signature(letter.text, name=letter.name, address=letter.address)


def propose(letter: Letter, *, record: Record | Seen, schema: Schema, formats: Formats) -> list[Proposal]:
    """What the letter offers to the record, in the order of the fields of its kind."""
    target = Target(record, schema, formats, newer=letter.sent_at > record.updated_at)
    if record.kind == "deal":
        return [] if record.status in ("won", "lost") else [*_amounts(target, letter), *_days(target, letter)]
    details = signature_of(letter)
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
    lines = without_footer(letter.text.splitlines())
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
