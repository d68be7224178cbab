"""Whose data is asked for: the records and addresses of one person, and what they are called."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.core.errors import Conflict, InvalidInput, NotFound
from app.mail.colleagues import colleagues
from app.privacy.cleaning import may_hold
from app.privacy.traces import Traces, parts_of
from app.records.address_kinds import is_person
from app.records.identity import PEOPLE, name_key
from app.records.keys import email_key
from app.records.lead_rules import CONVERTED
from app.workspaces.access import Viewer, require_admin
from models import Correspondent, Member, Participant, Record, RecordKey

MAX_ADDRESSES = 50


@dataclass(frozen=True)
class Person:
    """One person as the workspace knows them. `records` are the ids of what was merged into another one, too.

    `keys` are `email_key`s. `shared` are addresses of their records that others answer at, too (`sales@…`): they stay.
    `namesakes` bear one of the names and may be somebody else: such a name, one of `common_names`, is taken out only
    where it is certain who is meant. `shared_phones` are other people's numbers as well.
    """

    records: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    namesakes: list[str] = field(default_factory=list)
    common_names: list[str] = field(default_factory=list)
    shared_phones: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def near(self) -> Traces:
        """What is looked for where the person takes part, or is what it is about."""
        words = parts_of(self.names)
        return Traces(tuple(self.keys), tuple(self.phones), tuple(self.names), tuple(words), tuple(self.texts))

    @property
    def anywhere(self) -> Traces:
        """What is looked for in all the rest of the workspace: only what is certainly theirs."""
        names = [name for name in self.names if name not in self.common_names and _is_full(name)]
        phones = [phone for phone in self.phones if phone not in self.shared_phones]
        return Traces(tuple(self.keys), tuple(phones), tuple(names))


def find_person(session: Session, *, viewer: Viewer, addresses: Sequence[str] = (), record_id: str = "") -> Person:
    """The person with these addresses, or of this contact or lead: whatever of the other leads from the one.

    Admins only. Raises NotFound when the workspace holds nothing under them, and Conflict for a colleague's address.
    """
    require_admin(viewer)
    given = {_checked(address) for address in addresses}
    if len(given) > MAX_ADDRESSES or not (given or record_id):
        raise InvalidInput(f"addresses: name 1 to {MAX_ADDRESSES} of them, or a record.", field="addresses")
    first = [_record(session, viewer, record_id)] if record_id else []
    records, keys, shared = _reach(session, viewer, first, given)
    us = colleagues(session, workspace_id=viewer.workspace_id)
    if ours := sorted(key for key in keys if key in us.members):
        raise Conflict(f"{ours[0]} is a member's address: remove the member first.", field="addresses")
    people = session.scalars(_correspondents(viewer, keys)).all() if keys else []
    if not records and not people:
        raise NotFound("Nothing is held under this address.", field="addresses")
    names = _names(session, records, people)
    phones = sorted({phone for record in records for phone in _phones(record)})
    namesakes, common = _namesakes(session, viewer, records, keys, names)
    return Person(
        records=sorted(record.id for record in records),
        keys=sorted(keys),
        names=names,
        phones=phones,
        texts=sorted({text for record in records for text in _texts(record)}),
        shared=sorted(shared - keys),
        namesakes=namesakes,
        common_names=common,
        shared_phones=_shared_phones(session, viewer, records, phones),
    )


def _checked(address: str) -> str:
    key = email_key(address)
    if "@" not in key.strip("@"):
        raise InvalidInput(f"addresses: {address[:100]} is not an address such as jo@example.com.", field="addresses")
    return key


def _record(session: Session, viewer: Viewer, record_id: str) -> Record:
    record = session.get(Record, record_id)
    while record and record.merged_into_id:
        record = session.get(Record, record.merged_into_id)
    if record is None or record.workspace_id != viewer.workspace_id or record.kind not in PEOPLE:
        raise NotFound("There is no contact or lead with this id.", field="record_id")
    return record


def _reach(
    session: Session, viewer: Viewer, first: Sequence[Record], given: Collection[str]
) -> tuple[list[Record], set[str], set[str]]:
    """All records and addresses that lead to each other; and the addresses that others answer at, too, unless given."""
    records = {record.id: record for record in first}
    keys, shared, looked_up = set(given), set[str](), False
    while not looked_up:
        for record in records.values():
            own = {email_key(address) for address in _addresses(record)} - {""}
            shared |= {key for key in own if not is_person(key)} - keys
            keys |= own - shared
        found = {record.id: record for record in _met(session, viewer, list(records), keys)}
        looked_up = found.keys() <= records.keys()
        records |= found
    return list(records.values()), keys, shared


def _met(session: Session, viewer: Viewer, record_ids: Sequence[str], keys: set[str]) -> Sequence[Record]:
    """People's records with one of these addresses, binned ones too, and those that became part of one of these."""
    here = [col(Record.workspace_id) == viewer.workspace_id, col(Record.kind).in_(PEOPLE)]
    keyed = select(col(RecordKey.record_id)).where(
        col(RecordKey.workspace_id) == viewer.workspace_id,
        col(RecordKey.kind) == "email",
        among(session, col(RecordKey.value), list(keys)),
    )
    met = select(Record).where(
        *here, or_(col(Record.id).in_(keyed), among(session, table_of(Record).c.merged_into_id, record_ids))
    )
    keyless = or_(col(Record.deleted_at).is_not(None), col(Record.status) == CONVERTED)
    perhaps = select(Record).where(*here, keyless, may_hold(table_of(Record), Traces(tuple(keys))))
    unkeyed = [one for one in session.scalars(perhaps) if keys & set(map(email_key, _addresses(one)))]
    return [*session.scalars(met), *unkeyed]


def _addresses(record: Record) -> Iterable[str]:
    """Whatever is an address in its values, in whichever field it stands."""
    return (text for text in _listed(record.data.values()) if "@" in text and " " not in text and "/" not in text)


def _phones(record: Record) -> Iterable[str]:
    return (
        text for text in _listed(value for value in record.data.values() if isinstance(value, list)) if _is_phone(text)
    )


def _texts(record: Record) -> Iterable[str]:
    """Links, and the lines of postal addresses."""
    for value in record.data.values():
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            yield value
        if isinstance(value, dict) and len(value.get("street") or "") > 4:
            yield value["street"]


def _listed(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        yield from (text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))


def _is_phone(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= 3 and not any(map(str.isalpha, text.partition("ext")[0])) and "@" not in text


def _is_full(name: str) -> bool:
    return len(name.split()) > 1 or (not name.isascii() and len(name) > 1)


def _correspondents(viewer: Viewer, keys: Collection[str]) -> Any:
    return select(Correspondent).where(
        col(Correspondent.workspace_id) == viewer.workspace_id, col(Correspondent.key).in_(keys)
    )


def _names(session: Session, records: Sequence[Record], people: Sequence[Correspondent]) -> list[str]:
    """What they are called in records and in mail. A name that repeats an address is none."""
    ids = [one.id for one in people]
    in_mail = select(col(Participant.name)).where(among(session, col(Participant.correspondent_id), ids)).distinct()
    shown = {*(record.name for record in records), *(one.name for one in people), *session.scalars(in_mail)}
    spoken = {" ".join(name.replace(",", " ").replace('"', " ").split()) for name in shown}
    return sorted(name for name in spoken if len(name) > 1 and "@" not in name)


def _namesakes(
    session: Session, viewer: Viewer, records: Sequence[Record], keys: Collection[str], names: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Who else bears one of the names, for people to look at; and the names that they bear."""
    by_key = {name_key(name): name for name in names if name_key(name)}
    here = viewer.workspace_id
    named = select(col(RecordKey.value), col(RecordKey.original), col(RecordKey.record_id)).where(
        col(RecordKey.workspace_id) == here, col(RecordKey.kind) == "name", col(RecordKey.value).in_(list(by_key))
    )
    mine = {record.id for record in records}
    others = [(value, f"{name} ({id})") for value, name, id in session.execute(named) if id not in mine]
    members = select(col(Member.name), col(Member.email)).where(col(Member.workspace_id) == here)
    others += [(name_key(name), f"{name} <{email}>") for name, email in session.execute(members)]
    written = select(col(Correspondent.name), col(Correspondent.key)).where(
        col(Correspondent.workspace_id) == here, col(Correspondent.name).in_(list(names))
    )
    others += [(name_key(name), f"{name} <{key}>") for name, key in session.execute(written) if key not in keys]
    met = [(value, shown) for value, shown in others if value in by_key]
    return sorted({shown for _, shown in met}), sorted({by_key[value] for value, _ in met})


def _shared_phones(session: Session, viewer: Viewer, records: Sequence[Record], phones: Sequence[str]) -> list[str]:
    keyed = select(col(RecordKey.value)).where(
        col(RecordKey.workspace_id) == viewer.workspace_id,
        col(RecordKey.kind) == "phone",
        among(session, col(RecordKey.value), phones),
        col(RecordKey.record_id).not_in([record.id for record in records]),
    )
    return sorted(set(session.scalars(keyed)))
