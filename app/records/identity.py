"""The keys by which mail and people find a record: addresses, domains and names, normalised."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.core.bulk import insert_rows
from app.core.freemail import is_freemail
from app.records.duplicates.alike import KIND as ALIKE
from app.records.duplicates.alike import alike_key
from app.records.keys import MAX_KEY_LENGTH, domain_of, email_key
from app.records.lead_rules import CONVERTED
from app.records.uniqueness import is_unique_kind, unique_keys
from app.records.writing import read_value
from app.workspaces.access import Viewer, visible
from models import FieldDef, Record, RecordKey

PEOPLE = ("contact", "lead")
KEYED = frozenset({"email", "phone", "domain"})
"""The types of fields that make keys of their values, beside unique ones."""
_ASCII_WORDS = re.compile("[a-z0-9]+")


def name_key(name: str) -> str:
    """A name without case, accents, punctuation and word order: `Müller, Anna` equals `anna muller`.

    At most MAX_KEY_LENGTH characters: longer ones do not fit an index.
    """
    folded = name.casefold()
    if folded.isascii():
        return " ".join(sorted(_ASCII_WORDS.findall(folded)))[:MAX_KEY_LENGTH]
    plain = unicodedata.normalize("NFKD", folded)
    words = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split()
    return " ".join(sorted(words))[:MAX_KEY_LENGTH]


def write_keys(session: Session, record: Record, fields: Sequence[FieldDef]) -> bool:
    """Bring the record's keys in line with its values. True when mail may now find it differently."""
    wanted = _wanted(record, fields)
    mine = col(RecordKey.record_id) == record.id
    present = {tuple(row) for row in session.execute(select(col(RecordKey.kind), col(RecordKey.value)).where(mine))}
    for kind, value in present - wanted.keys():
        session.execute(delete(RecordKey).where(mine, col(RecordKey.kind) == kind, col(RecordKey.value) == value))
    insert_rows(session, RecordKey, _rows(record, {key: wanted[key] for key in wanted.keys() - present}))
    return any(kind not in ("name", ALIKE) and not is_unique_kind(kind) for kind, _ in present ^ wanted.keys())


def key_rows(record: Record, fields: Sequence[FieldDef]) -> list[dict[str, str]]:
    """The keys of a new record, to be inserted."""
    return _rows(record, _wanted(record, fields))


def contacts_lock(workspace_id: str) -> str:
    """Name of the lock held alone by who makes contacts of strangers, so that nobody else makes the same ones."""
    return f"contacts:{workspace_id}"


def drop_keys(session: Session, record: Record) -> None:
    """Nothing finds the record any more, until `write_keys`."""
    session.execute(delete(RecordKey).where(col(RecordKey.record_id) == record.id))


def keys_of(kind: str, name: str, data: Mapping[str, Any], fields: Sequence[FieldDef]) -> dict[tuple[str, str], str]:
    """What a record with these values is found by: (kind of key, normalised value) -> as the person wrote it."""
    return {(key, value): original for key, value, original in _keys(kind, name, data, fields)}


def find_by_key(session: Session, *, viewer: Viewer, kind: str, value: str) -> Sequence[Record]:
    """Records with this key (`email`, `domain` or `name`) that the viewer may see, oldest first."""
    keyed = select(col(RecordKey.record_id)).where(
        col(RecordKey.workspace_id) == viewer.workspace_id, col(RecordKey.kind) == kind, col(RecordKey.value) == value
    )
    query = select(Record).where(col(Record.id).in_(keyed), visible(viewer), col(Record.archived_at).is_(None))
    return session.scalars(query.order_by(col(Record.created_at), col(Record.id))).all()


def possible_duplicates(session: Session, *, viewer: Viewer, name: str, email: str) -> Sequence[Record]:
    """People who may already be this person: same address, or same name. The address wins the order."""
    by_address = find_by_key(session, viewer=viewer, kind="email", value=email_key(email)) if email else []
    by_name = find_by_key(session, viewer=viewer, kind="name", value=name_key(name)) if name_key(name) else []
    found = {record.id: record for record in [*by_address, *by_name] if record.kind in PEOPLE}
    return list(found.values())[:5]


def possible_companies(session: Session, *, viewer: Viewer, name: str, domain: str) -> Sequence[Record]:
    """Companies that may already be this one: same domain, or same name. The domain wins the order."""
    host, named = domain_of(domain), name_key(name)
    by_domain = find_by_key(session, viewer=viewer, kind="domain", value=host) if host else []
    by_name = find_by_key(session, viewer=viewer, kind="name", value=named) if named else []
    found = {record.id: record for record in [*by_domain, *by_name] if record.kind == "company"}
    return list(found.values())[:5]


def _wanted(record: Record, fields: Sequence[FieldDef]) -> dict[tuple[str, str], str]:
    if record.kind == "lead" and record.status == CONVERTED:
        return {}
    unique = unique_keys(fields, partial(read_value, record))
    return keys_of(record.kind, record.name, record.data, fields) | unique


def _rows(record: Record, keys: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    owned = {"workspace_id": record.workspace_id, "record_id": record.id}
    return [{**owned, "kind": kind, "value": value, "original": keys[kind, value]} for kind, value in sorted(keys)]


def _keys(kind: str, name: str, data: Mapping[str, Any], fields: Sequence[FieldDef]) -> Iterator[tuple[str, str, str]]:
    if kind in (*PEOPLE, "company") and (named := name_key(name)):
        yield "name", named, name
        if alike := alike_key(kind, name):
            yield ALIKE, alike, name
    for field in fields:
        yield from _field_keys(field.type, data.get(field.key))


def _field_keys(type: str, value: Any) -> Iterator[tuple[str, str, str]]:
    if type == "email":
        for address in value or ():
            yield "email", email_key(address), address
    if type == "phone":
        for number in value or ():
            yield "phone", number[:MAX_KEY_LENGTH], number
    if type == "domain" and value and domain_of(value) and not is_freemail(value):
        yield "domain", domain_of(value), value
