"""What the open message is: whether it is logged and to what, and who outside the team takes part in it.

Two statements when it is stored. Else Gmail is asked for its headers, and records are found by those.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.core.hot import Reader, Row, reading
from app.records.address_kinds import is_no_reply
from app.records.keys import domain_of, email_key, person_name
from app.records.seen import SEEN_COLUMNS, Seen, seen_from
from app.timeline.deals import Deal, deal_from
from app.workspaces.access import Viewer
from gmail_addon.headers import Named, OpenHeaders, ask_gmail
from gmail_addon.statements import (
    ASKED_PEOPLE,
    COPY,
    COPY_FACTS,
    COPY_HOME,
    MAX_ASKED,
    OFFERED,
    ON_TIMELINE,
    PARTICIPANTS,
    THREAD_PARTICIPANTS,
)
from gmail_addon.thread import OpenThread, thread_of
from gmail_addon.visit import Visit

MACHINE_KINDS = ("bulk", "auto_reply", "notification", "bounce")
"""Of models.Message."""


@dataclass(frozen=True, slots=True)
class Home:
    """A record that the message is on (`logged`), or that its thread was put on. Without `id`: one out of sight."""

    id: str | None
    kind: str | None
    name: str | None
    logged: bool
    rule: str
    by: str | None
    deal: Deal | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Firm:
    """The company that an address belongs to by its domain."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """Someone outside the team. `person`: their record; `kept_by`: who owns the record that the viewer may not see."""

    role: str
    address: str
    key: str
    domain: str
    written_name: str
    person: Seen | None
    kept_by: str | None
    is_hidden: bool
    firm: Firm | None
    never_address: bool
    """The viewer keeps this address out of Sidenote; `never_domain`, its whole domain."""
    never_domain: bool

    @property
    def name(self) -> str:
        return self.person.name if self.person else person_name(self.written_name, self.address)


@dataclass(frozen=True, slots=True)
class Copy:
    """The viewer's own copy of a message, and what became of it. `outcome` as in models.MailboxMessage."""

    mailbox_id: str
    gmail_id: str
    outcome: str
    reason: str | None
    private: bool
    message_id: str | None
    subject: str
    thread_id: str | None
    direction: str
    kind: str
    sent_at: datetime | None
    unlogged: bool
    unlogged_by: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """The open message. `copy` is None until sync has seen it; `headers` is what Gmail said when we had to ask."""

    gmail_id: str
    copy: Copy | None
    homes: tuple[Home, ...]
    people: tuple[Attendee, ...]
    headers: OpenHeaders | None
    thread: OpenThread = field(default_factory=OpenThread)

    @property
    def subject(self) -> str:
        if self.copy and self.copy.message_id:
            return self.copy.subject
        return self.headers.subject if self.headers else ""

    @property
    def is_stored(self) -> bool:
        return self.copy is not None and self.copy.message_id is not None

    @property
    def is_automatic(self) -> bool:
        """A newsletter, or what else a machine wrote."""
        return self.copy is not None and self.copy.kind in MACHINE_KINDS

    @property
    def logged_to(self) -> list[Home]:
        return [home for home in self.homes if home.logged]

    @property
    def loggable(self) -> dict[str, str]:
        """Names, by id, of the records that the viewer may put it on: its people, companies, and its thread's."""
        people = [one.person for one in self.people if one.person]
        companies = [person.company for person in people if person.company]
        firms = [one.firm for one in self.people if one.firm]
        known = {person.id: person.name for person in people} | {company.id: company.name for company in companies}
        threads = {home.id: home.name for home in self.homes if home.id and home.name}
        return known | {firm.id: firm.name for firm in firms} | threads

    @property
    def deal(self) -> Home | None:
        """The deal that the thread is on; an open one first."""
        deals = [home for home in self.homes if home.deal]
        return min(deals, key=lambda home: not home.is_open, default=None)


def look_up(visit: Visit, reader: Reader) -> Opened | None:
    """What the store knows of the message that Gmail shows; None on the homepage. Never asks Gmail."""
    opened = visit.event.message
    if opened is None:
        return None
    gmail_id = open_gmail_id(visit)
    if gmail_id is None:
        return Opened(opened.value, None, (), (), None)
    return _stored(visit, reader, gmail_id)


def open_gmail_id(visit: Visit) -> str | None:
    """Of the message that Gmail shows, if it is known; no statement."""
    opened = visit.event.message
    if opened is None:
        return None
    return _resolved(visit) if opened.is_alias else opened.value


def ask_about(visit: Visit, opened: Opened) -> Opened:
    """The same message with what Gmail says about it. Hold no connection meanwhile: Gmail may take its time."""
    headers = ask_gmail(visit.addon, visit.event)
    if headers is None:
        return opened
    with reading(visit.addon.engine) as reader:
        stored = opened if opened.gmail_id == headers.gmail_id else _stored(visit, reader, headers.gmail_id)
        people = stored.people if stored.is_stored else attendees(visit, reader, headers.people)
        return replace(stored, headers=headers, people=people)


def open_message(visit: Visit) -> Opened | None:
    """What can be known of the message that Gmail shows, asking Gmail if it must be."""
    with reading(visit.addon.engine) as reader:
        opened = look_up(visit, reader)
    return opened if opened is None or opened.is_stored else ask_about(visit, opened)


def thread_people(visit: Visit, reader: Reader, *, thread_id: str) -> tuple[Attendee, ...]:
    """Everyone outside the team in the messages of a thread that the viewer holds."""
    rows = THREAD_PARTICIPANTS(reader, visit.viewer, thread=thread_id, me=visit.viewer.member_id)
    return _outsiders(visit, rows)


def _resolved(visit: Visit) -> str | None:
    return next((box.resolved for box in visit.boxes if box.resolved), None)


def _stored(visit: Visit, reader: Reader, gmail_id: str) -> Opened:
    rows = COPY(reader, visit.viewer, me=visit.viewer.member_id, gmail_id=gmail_id)
    copy = Copy(*rows[0][COPY_FACTS]) if rows else None
    if copy is None or copy.message_id is None:
        return Opened(gmail_id, copy, (), (), None)
    participants = PARTICIPANTS(reader, visit.viewer, message=copy.message_id)
    people = _outsiders(visit, participants, kind=copy.kind)
    return Opened(gmail_id, copy, _homes(visit.viewer, rows), people, None, thread_of(visit.viewer, rows))


def _homes(viewer: Viewer, rows: list[Row]) -> tuple[Home, ...]:
    """One per record: what is on its timeline before what only its thread is on; deals and companies first."""
    homes: dict[str | None, Home] = {}
    for row in rows:
        linked, place, rule, _, _, by, id, kind, name, *facts, status = row[COPY_HOME]
        if linked and place != OFFERED:
            deal = deal_from(viewer, (id, name, *facts)) if kind == "deal" else None
            found = Home(id, kind, name, place == ON_TIMELINE, rule, by, deal, status == "open")
            if id not in homes or found.logged:
                homes[id] = found
    return tuple(sorted(homes.values(), key=_importance))


def _importance(home: Home) -> tuple[int, str]:
    order = ("deal", "company", "contact", "lead", None)
    return order.index(home.kind) if home.kind in order else len(order), home.name or ""


def attendees(visit: Visit, reader: Reader, named: Sequence[Named]) -> tuple[Attendee, ...]:
    """Those outside the team among the first MAX_ASKED of these people. One statement."""
    people = named[:MAX_ASKED]
    values: dict[str, str] = {}
    for index in range(MAX_ASKED):
        address = people[index].address if index < len(people) else ""
        values |= {f"key{index}": email_key(address), f"domain{index}": domain_of(address)}
    rows = ASKED_PEOPLE(reader, visit.viewer, **values)
    said = [(person.role, person.position, person.name, person.address) for person in people]
    return _outsiders(visit, [(*said[row[0]], *row[1:]) for row in rows if row[0] < len(said)])


def _outsiders(visit: Visit, rows: list[Row], *, kind: str = "human") -> tuple[Attendee, ...]:
    """One attendee per address, in the order of the header; a record that the viewer may see wins."""
    failed = kind == "bounce" and any(row[0] == "failed" for row in rows)
    roles = ("failed",) if failed else ("from", "to", "cc", "bcc", "reply_to")
    found: dict[str, Attendee] = {}
    for row in sorted((row for row in rows if row[0] in roles), key=lambda row: (roles.index(row[0]), row[1])):
        attendee = _attendee(visit, row)
        known = found.get(attendee.key)
        if visit.team.include(attendee.key, attendee.domain):
            continue
        if known is None:
            found[attendee.key] = attendee
        elif known.person is None and attendee.person:
            found[attendee.key] = replace(attendee, role=known.role, written_name=known.written_name)
    return _read_by_people(list(found.values()))


def _attendee(visit: Visit, row: Row) -> Attendee:
    role, _, name, address, key, domain, held, owner_id, *rest = row
    seen, (firm_id, firm_name, *never) = rest[: len(SEEN_COLUMNS)], rest[len(SEEN_COLUMNS) :]
    person = seen_from(visit.viewer, seen) if seen[0] else None
    hidden = held is not None and person is None
    firm = Firm(firm_id, firm_name) if firm_id else None
    kept_by, (address_out, domain_out) = visit.name_of(owner_id) if hidden else None, map(bool, never)
    return Attendee(role, address, key, domain, name, person, kept_by, hidden, firm, address_out, domain_out)


def _read_by_people(attendees: list[Attendee]) -> tuple[Attendee, ...]:
    """A Reply-To counts only in place of a sender whom no answer reaches, who then steps back."""
    machine = any(one.role == "from" and is_no_reply(one.address) for one in attendees)
    kept = [one for one in attendees if machine or one.role != "reply_to"]
    reachable = [one for one in kept if one.person or not is_no_reply(one.address)]
    return tuple(reachable or kept)
