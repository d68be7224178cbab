"""The in-memory database in which duplicates are compared: bounded memory, two threads, nothing of it on the disk."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1GB"
THREADS = 2


def workbench(threads: int = THREADS) -> "DuckDBPyConnection":
    """A database of its own, to be closed after use."""
    import duckdb  # when it is needed: it is large, and most processes never compare records

    return duckdb.connect(":memory:", config={"threads": threads, "memory_limit": MEMORY})


def shared_workbench() -> "DuckDBPyConnection":
    """A connection, for queries of a few rows that come with the statement, to a database that the process keeps."""
    return _kept().cursor()


@cache
def _kept() -> "DuckDBPyConnection":
    return workbench(threads=1)
