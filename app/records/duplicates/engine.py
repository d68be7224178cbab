"""The databases in memory in which duplicates are compared."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "700MB"
THREADS = 2
MOST_PLANNED = 256


@contextmanager
def workbench() -> Iterator["DuckDBPyConnection"]:
    """A database of its own. What does not fit into MEMORY goes to a folder that only we may read, and is removed."""
    import duckdb  # when it is needed: it is large, and most processes never compare records

    with TemporaryDirectory(prefix="sidenote-") as folder, duckdb.connect(":memory:") as connection:
        connection.execute(f"SET threads = {THREADS}; SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = $1", [folder])
        connection.execute("SET preserve_insertion_order = false")
        yield connection


def run_planned(sql: str, *texts: str) -> list[tuple[Any, ...]]:
    """Run a query on nothing but these texts, its parameters `$1`, `$2`, …; it is planned when it is new."""
    return _kept().run(sql, texts)


@cache
def _kept() -> "_Kept":
    return _Kept()


class _Kept:
    """A database of the process, and the statements planned in it: that takes ten times as long as to run one."""

    def __init__(self) -> None:
        import duckdb  # see above

        self._lock = Lock()
        self._bench = duckdb.connect(":memory:", config={"threads": 1})
        self._names: OrderedDict[str, str] = OrderedDict()
        self._numbers = count()

    def run(self, sql: str, texts: Sequence[str]) -> list[tuple[Any, ...]]:
        with self._lock:
            name = self._names.get(sql) or self._prepare(sql)
            self._names.move_to_end(sql)
            quoted = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
            return self._bench.execute(f"EXECUTE {name}({quoted})").fetchall()

    def _prepare(self, sql: str) -> str:
        if len(self._names) >= MOST_PLANNED:
            self._bench.execute(f"DEALLOCATE {self._names.popitem(last=False)[1]}")
        name = f"planned_{next(self._numbers)}"
        self._bench.execute(f"PREPARE {name} AS {sql}")
        self._names[sql] = name
        return name
