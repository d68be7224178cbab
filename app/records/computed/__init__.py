"""Computed values: the one door through which formulas and roll-ups are kept true.

`field_saved` goes with every change of a field, `refresh` with every change of records (see `app.records.follow_up`);
what is left of large changes is done by jobs, and what changes with the day by a nightly one.
"""

from app.records.computed.answers import answers_of
from app.records.computed.folders import Progress, progress_of, recalculate_field
from app.records.computed.refresh import refresh, refresh_links
from app.records.computed.renaming import stage_renamed
from app.records.computed.saving import field_saved

__all__ = [
    "Progress",
    "answers_of",
    "field_saved",
    "progress_of",
    "recalculate_field",
    "refresh",
    "refresh_links",
    "stage_renamed",
]
