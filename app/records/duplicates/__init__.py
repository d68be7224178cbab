"""Finding records that may be one and the same: a single one while it is typed, or all of a folder."""

from app.records.duplicates.online import likely_duplicates
from app.records.duplicates.pair import Likely, Pair, Reason

__all__ = ["Likely", "Pair", "Reason", "likely_duplicates"]
