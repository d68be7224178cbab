"""A workspace of a given size, the same at every run: reps, companies, contacts, deals, mail, timelines.

Timelines are uneven, as in life: a few people have thousands of entries, most have a handful.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Engine, Table, text
from sqlmodel import Session, SQLModel, select

from app.core.database import transaction
from app.core.planning import note_sizes
from app.core.security import token_hash
from app.workspaces.seats import refresh_access
from app.workspaces.signin import Identity, found
from app.workspaces.template.folders import STAGES
from models import ApiKey, Folder, Mailbox, Member, MemberRole, Role, Stage, Team

START = datetime(2025, 1, 6, 8, tzinfo=UTC)
REPS = 20
API_KEY = "sn_bench"
LETTER = """Hello,

thank you for the offer. Before we can order, two questions remain: how long delivery takes, and whether training is
part of the price. We would like to decide within the month; about 40 devices, so some EUR 38,500 in all.

Kind regards
{name}
Head of Purchasing
Company {company} GmbH
Tel. +49 30 {number:07d}
www.company{company}.example
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """Without entries it is a store of contacts and companies alone, for lists of them."""

    contacts: int
    entries: int
    messages: int

    @property
    def companies(self) -> int:
        return self.contacts // 10

    @property
    def deals(self) -> int:
        return self.contacts // 2 if self.entries else 0


MEDIUM = Size(contacts=1_000, entries=10_000, messages=2_000)
ENGINE = Size(contacts=100_000, entries=200_000, messages=40_000)
LARGE = Size(contacts=100_000, entries=1_000_000, messages=200_000)
LISTS = Size(contacts=1_000_000, entries=0, messages=0)


def key(kind: str, number: int) -> str:
    """A 26-character id."""
    return f"{kind}{number:0{26 - len(kind)}d}"


def address(number: int) -> str:
    return f"person{number}@company{number // 10}.example"


def fill(engine: Engine, size: Size) -> None:
    """Write the workspace into an empty, migrated database."""
    with transaction(engine) as session:
        seats = _seat(session)
    writer = _Writer(engine)
    for table, rows in _tables(seats, size):
        writer.write(SQLModel.metadata.tables[table], rows)
    if not note_sizes(engine):
        with transaction(engine) as session:
            session.execute(text("ANALYZE"))


@dataclass(frozen=True)
class Seats:
    """Who works in the bench's workspace: an admin, and managers of one team who see each other's records."""

    workspace_id: str
    folders: dict[str, str]
    stages: list[str]
    members: list[str]


def _seat(session: Session) -> Seats:
    admin = found(session, Identity("sub0", "rep0@seller.example", "Rep 0"))
    workspace = admin.workspace_id
    role = session.exec(select(Role).where(Role.workspace_id == workspace, Role.name == "Manager")).one()
    team = Team(id=key("team", 0), workspace_id=workspace, name="Sales")
    session.add(team)
    session.flush()
    admin.team_id = team.id
    members = [admin]
    for number in range(1, REPS):
        member = Member(
            id=key("m", number),
            workspace_id=workspace,
            team_id=team.id,
            email=f"rep{number}@seller.example",
            name=f"Rep {number}",
            google_sub=f"sub{number}",
            created_at=START,
        )
        members.append(member)
        session.add(member)
        session.flush()
        session.add(MemberRole(member_id=member.id, role_id=role.id, workspace_id=workspace))
    refresh_access(session, workspace_id=workspace)
    for number, member in enumerate(members):
        session.add(_mailbox(number, member))
        session.add(_api_key(number, member))
    folders = {folder.kind: folder.id for folder in session.exec(select(Folder))}
    stages = [stage.id for stage in session.exec(select(Stage).order_by(Stage.position))]
    return Seats(workspace, folders, stages, [member.id for member in members])


def _mailbox(number: int, member: Member) -> Mailbox:
    return Mailbox(
        id=key("b", number),
        workspace_id=member.workspace_id,
        member_id=member.id,
        address=member.email,
        state="live",
        cursor="1",
        created_at=START,
    )


def _api_key(number: int, member: Member) -> ApiKey:
    return ApiKey(
        id=key("k", number),
        workspace_id=member.workspace_id,
        member_id=member.id,
        name="bench",
        key_hash=token_hash(f"{API_KEY}{number}"),
        created_at=START,
    )


def _tables(seats: Seats, size: Size) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "record", _records(seats, size)
    if not size.entries:
        return
    yield "record_key", _keys(seats, size)
    yield "record_link", _links(seats, size)
    yield "mail_thread", _threads(seats, size)
    yield "message", _messages(seats, size)
    yield "message_body", _bodies(seats, size)
    yield "mailbox_message", _copies(seats, size)
    yield "correspondent", _correspondents(seats, size)
    yield "participant", _participants(seats, size)
    yield "timeline_entry", _entries(seats, size)
    yield "timeline_link", _timeline_links(seats, size)


def _records(seats: Seats, size: Size) -> Iterator[Row]:
    base = {"workspace_id": seats.workspace_id, "created_at": START, "updated_at": START, "version": 1}
    base |= {"emails_in": 0, "emails_out": 0, "open_deals": 0, "open_amount": 0}
    open_stages = [i for i, stage in enumerate(STAGES) if stage.outcome == "open"]
    for n in range(size.companies):
        data = {"domain": f"company{n}.example", "industry": "Instruments"}
        owner = seats.members[n % REPS]
        yield {**base, **_plain("company", n, f"Company {n}", seats), "owner_id": owner, "data": data}
    for n in range(size.contacts):
        data = {"email": [address(n)], "phone": [f"+4930{n:07d}"], "title": "Head of Purchasing"}
        row = {**base, **_plain("contact", n, f"Person {n} Example", seats), "data": data}
        row["last_activity_at"] = START + timedelta(minutes=n * 7919 % size.contacts)
        yield {**row, "company_id": key("company", n // 10), "owner_id": seats.members[n % REPS]}
    for n in range(size.deals):
        stage = open_stages[n % len(open_stages)] if n % 5 else len(STAGES) - 2
        row = {
            **base,
            **_plain("deal", n, f"Deal {n}", seats),
            "data": {},
            "status": STAGES[stage].outcome,
            "probability": STAGES[stage].probability,
        }
        row |= {
            "stage_id": seats.stages[stage],
            "stage_entered_at": START,
            "amount": (n % 900 + 100) * 1000,
            "currency": "EUR",
        }
        yield {
            **row,
            "company_id": key("company", n // 5),
            "owner_id": seats.members[n % REPS],
            "close_on": (START + timedelta(days=n % 365)).date(),
        }


def _plain(kind: str, number: int, name: str, seats: Seats) -> Row:
    return {"id": key(kind, number), "folder_id": seats.folders[kind], "kind": kind, "name": name}


def _keys(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(size.companies):
        domain = f"company{n}.example"
        yield _key(seats, "domain", domain, key("company", n))
    for n in range(size.contacts):
        yield _key(seats, "email", address(n), key("contact", n))


def _key(seats: Seats, kind: str, value: str, record: str) -> Row:
    return {"workspace_id": seats.workspace_id, "kind": kind, "value": value, "record_id": record, "original": value}


def _links(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(size.deals):
        contact = key("contact", n * 2 % size.contacts)
        yield {
            "from_id": key("deal", n),
            "to_id": contact,
            "label": "participant",
            "workspace_id": seats.workspace_id,
            "created_at": START,
        }


def _threads(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(0, size.messages, 4):
        row = {"id": key("t", n), "workspace_id": seats.workspace_id, "created_at": START}
        yield {**row, "subject": f"About our order {n}"}


def _messages(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(size.messages):
        yield {
            "id": key("msg", n),
            "workspace_id": seats.workspace_id,
            "thread_id": key("t", n - n % 4),
            "group_digest": f"digest{n}",
            "rfc_message_id": f"{n}@company.example",
            "sent_at": _when(n, size),
            "subject": f"About our order {n - n % 4}",
            "snippet": "Thank you for the offer, two questions remain.",
            "direction": "in",
            "kind": "human",
            "facts": {},
            "created_at": START,
        }


def _bodies(seats: Seats, size: Size) -> Iterator[Row]:
    base = {"workspace_id": seats.workspace_id, "html": "", "parser_version": 1}
    for n in range(size.messages):
        person = _person_of(n, size)
        said = LETTER.format(name=f"Person {person} Example", company=person // 10, number=person)
        yield {**base, "message_id": key("msg", n), "visible_text": said, "full_text": said}


def _copies(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(size.messages):
        yield {
            "mailbox_id": key("b", n % REPS),
            "gmail_id": gmail_id(n),
            "workspace_id": seats.workspace_id,
            "gmail_thread_id": gmail_id(n - n % 4),
            "outcome": "stored",
            "attempts": 1,
            "message_id": key("msg", n),
            "labels": ["INBOX"],
            "private": False,
            "recorded_at": START,
        }


def gmail_id(number: int) -> str:
    return f"{0x18C0000000000000 + number:016x}"


def _correspondents(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(size.contacts):
        yield _correspondent(seats, key("c", n), address(n), f"Person {n} Example")
    for n in range(REPS):
        yield _correspondent(seats, key("cr", n), f"rep{n}@seller.example", f"Rep {n}")


def _correspondent(seats: Seats, id: str, mail: str, name: str) -> Row:
    domain = mail.partition("@")[2]
    return {"id": id, "workspace_id": seats.workspace_id, "key": mail, "address": mail, "domain": domain, "name": name}


def _participants(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(size.messages):
        person = _person_of(n, size)
        base = {"message_id": key("msg", n), "position": 0, "workspace_id": seats.workspace_id}
        sender = {"role": "from", "correspondent_id": key("c", person), "address": address(person)}
        rep = {"role": "to", "correspondent_id": key("cr", n % REPS), "address": f"rep{n % REPS}@seller.example"}
        yield {**base, **sender, "name": f"Person {person} Example"}
        yield {**base, **rep, "name": f"Rep {n % REPS}"}


def _entries(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(size.entries):
        yield {
            "id": key("e", n),
            "workspace_id": seats.workspace_id,
            "type": "email" if n < size.messages or n % 4 else "note",
            "occurred_at": _when(n, size),
            "title": f"About our order {n}",
            "summary": "Thank you for the offer. Before we can order, two questions remain: delivery and training.",
            "message_id": key("msg", n) if n < size.messages else None,
            "actor_id": seats.members[n % REPS],
            "private": n % 50 == 0,
            "data": {"direction": "in", "from_name": f"Person {_person_of(n, size)} Example"},
            "created_at": START,
        }


def _timeline_links(seats: Seats, size: Size) -> Iterator[Row]:
    for n in range(size.entries):
        person = _person_of(n, size)
        base = {"entry_id": key("e", n), "occurred_at": _when(n, size), "workspace_id": seats.workspace_id}
        base["pinned"] = False
        yield {**base, "record_id": key("contact", person), "rule": "address"}
        yield {**base, "record_id": key("company", person // 10), "rule": "company"}


def _person_of(number: int, size: Size) -> int:
    """Every fourth entry belongs to one of a few busy people, the others to anyone."""
    return number * 7919 % (size.contacts // 500 or 1) if number % 4 == 0 else number * 7919 % size.contacts


def _when(number: int, size: Size) -> datetime:
    return START + timedelta(days=600) * (number / size.entries)


class _Writer:
    """Bulk inserts: COPY on PostgreSQL, executemany on SQLite."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        iterator = iter(rows)
        connection = self._engine.raw_connection()
        try:
            if self._engine.dialect.name == "postgresql":
                self._copy(connection, table, iterator)
            else:
                self._insert(connection, table, iterator)
            connection.commit()
        finally:
            connection.close()

    def _copy(self, connection: Any, table: Table, rows: Iterator[Row]) -> None:
        for names, alike in groupby(rows, key=tuple):
            columns = ", ".join(f'"{name}"' for name in names)
            with connection.cursor().copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
                for row in alike:
                    copy.write_row([_plain_value(value) for value in row.values()])

    def _insert(self, connection: Any, table: Table, rows: Iterator[Row]) -> None:
        connection.driver_connection.execute("BEGIN")
        while batch := list(islice(rows, 5_000)):
            names = {name: None for row in batch for name in row}
            columns = ", ".join(f'"{name}"' for name in names)
            statement = f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join('?' * len(names))})"
            connection.driver_connection.executemany(statement, [_sqlite_values(row, names) for row in batch])
        connection.driver_connection.execute("COMMIT")


def _plain_value(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _sqlite_values(row: Row, names: Iterable[str]) -> list[Any]:
    return [_sqlite_value(row.get(name)) for name in names]


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return (
        _plain_value(value) if isinstance(value, dict | list) else str(value) if hasattr(value, "isoformat") else value
    )
