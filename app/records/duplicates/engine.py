"""The databases in memory in which duplicates are compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "900MB"
THREADS = 2


@contextmanager
def workbench() -> Iterator["DuckDBPyConnection"]:
    """A database of its own. What does not fit into MEMORY goes to a folder that only we may read, and is removed."""
    import duckdb  # when it is needed: it is large, and most processes never compare records

    with TemporaryDirectory(prefix="sidenote-") as folder, duckdb.connect(":memory:") as connection:
        connection.execute(f"SET threads = {THREADS}; SET memory_limit = '{MEMORY}'")
        connection.execute("SET temp_directory = $1", [folder])
        connection.execute("SET preserve_insertion_order = false")
        yield connection


def shared_workbench() -> "DuckDBPyConnection":
    """A connection, for queries of a few rows that come with the statement, to a database that the process keeps."""
    return _kept().cursor()


@cache
def _kept() -> "DuckDBPyConnection":
    import duckdb  # see above

    return duckdb.connect(":memory:", config={"threads": 1})
