"""The records of folders from the store into the workbench: read in a stream, made normal, and handed over in bulk."""

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import Text, and_, cast, or_, select, type_coerce
from sqlmodel import Session, col

from app.records.duplicates.families import Family
from app.records.duplicates.values import Row, columns_of
from app.records.lead_rules import CONVERTED
from models import Record

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE = 5_000
RARELY = 200_000
"""New objects until the garbage collector looks at them, during a load."""
_usual = gc.get_threshold()
_BETWEEN_ROWS, _BETWEEN_VALUES = "\x1e", "\x1f"


def load_records(session: Session, bench: "DuckDBPyConnection", *, workspace_id: str, family: Family) -> int:
    """Fill the table `rec`: a number `n`, the id, and the normal values. Returns how many there are.

    Records in the bin and in the archive are left out, and so are leads that became contacts.
    """
    columns = columns_of(family.traits)
    described = ", ".join(f"{name} {type}" for name, type in columns.items())
    bench.execute(f"CREATE TABLE rec (n INTEGER, id VARCHAR, {described})")
    loaded = 0
    with ThreadPoolExecutor(1) as hands, _few_to_collect():
        handed: Future[None] | None = None
        for ids, rows in _rows(session, workspace_id, family):
            if handed:
                handed.result()
            handed = hands.submit(_insert, bench, columns, loaded, ids, rows)
            loaded += len(ids)
        if handed:
            handed.result()
    return loaded


@contextmanager
def _few_to_collect() -> Iterator[None]:
    """Rows hold no cycles, but so many make the garbage collector look through all there is, for half of the time."""
    gc.freeze()
    gc.set_threshold(RARELY, *_usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*_usual)
        gc.unfreeze()


def _rows(session: Session, workspace_id: str, family: Family) -> Iterator[tuple[list[str], list[Row]]]:
    data = (
        cast(col(Record.data), Text)
        if session.get_bind().dialect.name == "postgresql"
        else type_coerce(col(Record.data), Text)
    )
    columns = col(Record.id), col(Record.folder_id), col(Record.name), col(Record.company_id), data
    became_another = and_(col(Record.kind) == "lead", col(Record.status) == CONVERTED)
    query = select(*columns).where(
        col(Record.workspace_id) == workspace_id,
        col(Record.folder_id).in_(family.folder_ids),
        col(Record.archived_at).is_(None),
        col(Record.deleted_at).is_(None),
        or_(col(Record.status).is_(None), ~became_another),
    )
    found = session.connection().execution_options(yield_per=AT_ONCE).execute(query)
    readers = {folder_id: reader.row for folder_id, reader in family.readers.items()}
    for some in found.partitions():
        datas = orjson.loads(f"[{','.join([row[4] for row in some])}]")
        yield (
            [row[0] for row in some],
            [
                readers[folder_id](name, data, company_id)
                for (_, folder_id, name, company_id, _), data in zip(some, datas, strict=True)
            ],
        )


def _insert(
    bench: "DuckDBPyConnection", columns: dict[str, str], first: int, ids: Sequence[str], rows: Sequence[Row]
) -> None:
    """Each column goes as one text, which is taken apart there: the fastest way in that needs no other library."""
    texts = [_joined(ids, _BETWEEN_ROWS)]
    selected = []
    for name, type in columns.items():
        is_list = type.endswith("[]")
        if is_list:
            values = [_joined(row[name], _BETWEEN_VALUES) if name in row else "" for row in rows]
        else:
            values = [row.get(name, "") for row in rows]
        if not any(values):
            selected.append("NULL")
            continue
        texts.append(_joined(values, _BETWEEN_ROWS))
        one = f"nullif(unnest(string_split(?, '{_BETWEEN_ROWS}')), '')"
        selected.append(f"string_split({one}, '{_BETWEEN_VALUES}')" if is_list else one)
    numbers = f"unnest(range({first}, {first + len(ids)}))"
    split = f"unnest(string_split(?, '{_BETWEEN_ROWS}'))"
    bench.execute(f"INSERT INTO rec SELECT {', '.join([numbers, split, *selected])}", texts)


def _joined(values: Sequence[str], between: str) -> str:
    """A text that splits into the same number of values, whatever they contain."""
    text = between.join(values)
    if text.count(between) == len(values) - 1:
        return text
    return between.join(value.replace(between, " ") for value in values)
