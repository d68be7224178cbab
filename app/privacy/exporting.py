"""Everything that is held about one person, as one archive: for reading (HTML), for spreadsheets and for machines."""

import csv
import html
import io
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
from sqlalchemy import Column, Table, select
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.events import emit
from app.privacy.cleaning import OPAQUE, text_columns
from app.privacy.holdings import Held, held, mentions
from app.privacy.person import Person, find_person
from app.privacy.receipts import export_receipt
from app.workspaces.access import Viewer

Row = dict[str, Any]
_PAGE = (
    "<!doctype html><meta charset=utf-8><title>Personal data</title><style>body{font:14px/1.5 sans-serif;margin:2rem}"
    "table{border-collapse:collapse;margin-bottom:2rem}td,th{border:1px solid #ccc;padding:.2rem .5rem;"
    "vertical-align:top;text-align:left;max-width:40rem;overflow-wrap:anywhere;white-space:pre-wrap}</style>"
)


@dataclass(frozen=True)
class Exported:
    """How many rows of each table are in the archive, and the receipt that is in it, too."""

    counts: dict[str, int]
    receipt: str


def export_person(
    session: Session, *, viewer: Viewer, to: IO[bytes], addresses: Sequence[str] = (), record_id: str = ""
) -> Exported:
    """Write the archive (ZIP) of a person's data to a file; see `find_person` for whom it is about. Admins only.

    Rows are streamed, as a person's mail may be large. Tell that it was made by `note_export`.
    """
    person = find_person(session, viewer=viewer, addresses=addresses, record_id=record_id)
    about = held(session, workspace_id=viewer.workspace_id, person=person)
    counts: dict[str, int] = {}
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        for part in about:
            _write(archive, "", part, counts, partial(_rows, session, part))
        for part in mentions(viewer.workspace_id, person, about):
            _write(archive, "mentions/", part, counts, partial(_mentioning, session, part, person))
        archive.writestr("person.json", orjson.dumps(person.as_json(), option=orjson.OPT_INDENT_2))
        receipt = export_receipt(
            session, member_id=viewer.member_id, workspace_id=viewer.workspace_id, made_at=utcnow(), counts=counts
        )
        archive.writestr("receipt.txt", receipt)
        archive.writestr("index.html", _index(receipt, counts))
    return Exported(counts, receipt)


def note_export(session: Session, *, viewer: Viewer, exported: Exported) -> None:
    """That somebody's data was taken out stays on record, but not whose."""
    emit(
        session,
        "person.exported",
        workspace_id=viewer.workspace_id,
        subject_id=viewer.workspace_id,
        actor_id=viewer.member_id,
        data={"counts": exported.counts},
    )


Rows = Callable[[], Generator[Row]]


def _write(archive: ZipFile, folder: str, part: Held, counts: dict[str, int], rows: Rows) -> None:
    """The rows of one table, in each form; nothing where there are none."""
    with closing(rows()) as some:
        if next(some, None) is None:
            return
    name = folder + part.table.name
    with _opened(archive, f"json/{name}.json") as file:
        counts[name] = _write_json(file, rows())
    with _opened(archive, f"csv/{name}.csv") as file:
        _write_csv(file, [column.name for column in _columns(part.table)], rows())
    with _opened(archive, f"html/{name}.html") as file:
        _write_html(file, name, rows())


def _rows(session: Session, part: Held) -> Generator[Row]:
    query = select(*_columns(part.table)).where(part.condition).order_by(*part.table.primary_key.columns)
    with session.execute(query.execution_options(yield_per=200)) as found:
        for row in found.mappings():
            yield dict(row)


def _columns(table: Table) -> list[Column[Any]]:
    """All but digests and sealed texts, which say nothing to anybody."""
    return [column for column in table.c if column.name not in OPAQUE]


def _mentioning(session: Session, part: Held, person: Person) -> Generator[Row]:
    """Of a row that mentions the person only where, and what says so: the rest is not about them."""
    traces, texts = person.anywhere, [column.name for column in text_columns(part.table)]
    keys = [column.name for column in part.table.primary_key.columns]
    with closing(_rows(session, part)) as rows:
        for row in rows:
            if found := {name: row[name] for name in texts if traces.are_in(row[name])}:
                yield {name: row[name] for name in keys} | found


def _write_json(file: IO[str], rows: Iterable[Row]) -> int:
    count = 0
    for count, row in enumerate(rows, start=1):
        file.write(("[\n" if count == 1 else ",\n") + _json(row))
    file.write("\n]\n")
    return count


def _write_csv(file: IO[str], columns: Sequence[str], rows: Iterable[Row]) -> None:
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(_cell(value)) for name, value in row.items()})


def _write_html(file: IO[str], name: str, rows: Iterable[Row]) -> None:
    file.write(f"{_PAGE}<h1>{_title(name)}</h1>")
    for row in rows:
        cells = ((key, _cell(value)) for key, value in row.items())
        lines = (f"<tr><th>{html.escape(key)}<td>{html.escape(text)}" for key, text in cells if text)
        file.write(f"<table>{''.join(lines)}</table>")


def _index(receipt: str, counts: dict[str, int]) -> str:
    links = (f'<li><a href="html/{name}.html">{_title(name)}</a> ({counts[name]:,})' for name in counts)
    return f"{_PAGE}<pre>{html.escape(receipt)}</pre><ul>{''.join(links)}</ul>"


def _title(name: str) -> str:
    return html.escape(name.replace("/", ": ").replace("_", " ").capitalize())


def _cell(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    return value if isinstance(value, str) else _json(value).strip('"')


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _harmless(cell: str) -> str:
    """Spreadsheets take what begins like this for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


@contextmanager
def _opened(archive: ZipFile, name: str) -> Iterator[IO[str]]:
    with archive.open(name, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as file:
        yield file
