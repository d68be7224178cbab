"""Mail addresses that reach nobody, or nobody in particular."""

import re
from collections.abc import Iterator
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from rapidfuzz.distance import OSA
from sqlalchemy import and_, select
from sqlmodel import Session, col

from app.core.freemail import is_freemail
from app.records.address_kinds import is_group, is_no_reply
from app.records.hygiene.finding import SAMPLES, Finding, Fix, Sample
from app.records.keys import host_of
from app.records.schema import Schema
from app.workspaces.access import Viewer, visible
from models import Correspondent, Message, Participant, Record, RecordKey

NO_MAIL = "do_not_email"
FAILED = "failed"
"""The role in mail of a recipient that a bounce could not reach."""
_KNOWN = ("gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com")
_USUAL = re.compile(r"[a-z0-9][a-z0-9._%+-]*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
_SAYS = {
    "broken_address": "have an address that cannot be right",
    "bounced_address": "have an address that mail came back from for good",
    "role_address": "have a shared or automatic address instead of a person's",
}


def address_findings(session: Session, *, viewer: Viewer, schema: Schema) -> Iterator[Finding]:
    """One finding for each way in which an address is bad; nothing for folders without addresses."""
    if not any(field.type == "email" for field in schema.fields):
        return
    found: dict[str, dict[str, Sample]] = {check: {} for check in _SAYS}
    bounced = _bounced(session, viewer)
    seen = {field.key for field in schema.fields if field.type == "email"}
    here = and_(col(Record.folder_id) == schema.folder.id, visible(viewer), col(Record.archived_at).is_(None))
    query = (
        select(col(Record.id), col(Record.name), col(Record.data), col(RecordKey.value), col(RecordKey.original))
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .where(here, col(RecordKey.kind) == "email")
    )
    for id, name, data, key, address in session.execute(query.order_by(col(Record.id))):
        check, detail = _judge(key, address, bounced)
        if check and any(address in (data.get(field) or ()) for field in seen):
            found[check].setdefault(id, Sample(id, name, detail))
    for check, records in found.items():
        samples = list(records.values())[:SAMPLES]
        yield Finding(check, schema.folder.id, _SAYS[check], len(records), samples, _fix(schema, list(records)))


def _judge(key: str, address: str, bounced: set[str]) -> tuple[str, str]:
    """Which check finds an address, and what to say about it."""
    if wrong := _what_is_wrong(address):
        return "broken_address", f"{address}: {wrong}"
    if key in bounced:
        return "bounced_address", f"{address}: mail came back"
    if is_no_reply(address) or is_group(address):
        return "role_address", f"{address}: {'nobody reads it' if is_no_reply(address) else 'shared by many'}"
    return "", ""


def _what_is_wrong(address: str) -> str:
    if not _USUAL.fullmatch(address):
        try:
            validate_email(address, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            return "not an address"
    meant = _meant(host_of(address))
    return f"probably {address.rpartition('@')[0]}@{meant}" if meant else ""


@lru_cache(maxsize=65_536)
def _meant(host: str) -> str:
    """The great provider of mail that a host is one slip away from; "" for all others."""
    if host in _KNOWN or is_freemail(host):
        return ""
    return next((known for known in _KNOWN if OSA.distance(host, known, score_cutoff=1) == 1), "")


def _bounced(session: Session, viewer: Viewer) -> set[str]:
    """Keys of the addresses of the workspace that a mail server refused for good."""
    query = (
        select(col(Correspondent.key), col(Message.facts))
        .join(Participant, col(Participant.correspondent_id) == col(Correspondent.id))
        .join(Message, col(Message.id) == col(Participant.message_id))
        .where(col(Message.workspace_id) == viewer.workspace_id, col(Message.kind) == "bounce")
        .where(col(Participant.role) == FAILED)
    )
    return {key for key, facts in session.execute(query) if (facts.get("bounce") or {}).get("permanent")}


def _fix(schema: Schema, record_ids: list[str]) -> Fix | None:
    if not schema.has(NO_MAIL) or NO_MAIL in schema.locked:
        return None
    return Fix("edit", "Mark them as not to be mailed", {NO_MAIL: True}, records=record_ids)
