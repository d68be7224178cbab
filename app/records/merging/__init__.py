"""Records that are one and the same become one record, and are split again on request.

The others keep their values and their history, out of everybody's sight; their ids lead to the one that stays
(`app.records.merged`). Each row that moved is noted, and put back from that note (`restoring`).
"""

from app.records.merging.family import AlreadyMerged, are_mergeable, most_complete
from app.records.merging.listing import get_merge, merged_in, merges_of
from app.records.merging.preview import Preview, preview_merge
from app.records.merging.service import merge_records
from app.records.merging.undoing import AlreadyUndone, Kept, Undone, undo_merge
from app.records.merging.values import ALL, Candidate, Choice

__all__ = [
    "ALL",
    "AlreadyMerged",
    "AlreadyUndone",
    "Candidate",
    "Choice",
    "Kept",
    "Preview",
    "Undone",
    "are_mergeable",
    "get_merge",
    "merge_records",
    "merged_in",
    "merges_of",
    "most_complete",
    "preview_merge",
    "undo_merge",
]
