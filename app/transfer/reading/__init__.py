"""A file of somebody else's, read as a table: what its columns are called, and its rows one after the other."""

from app.transfer.reading.opening import open_source
from app.transfer.reading.source import Line, Source

__all__ = ["Line", "Source", "open_source"]
