"""Finding records that may be one and the same: a single one while it is typed, or all of a folder."""

from app.records.duplicates.clusters import clusters_of
from app.records.duplicates.families import folders_together
from app.records.duplicates.online import likely_duplicates
from app.records.duplicates.pair import Likely, Pair, Reason
from app.records.duplicates.searching import find_all, pairs_of

__all__ = ["Likely", "Pair", "Reason", "clusters_of", "find_all", "folders_together", "likely_duplicates", "pairs_of"]
