"""Statistics: what Sidenote counts about a record, kept true in the transaction of what it counts.

Each is a column of `record`, or, where it grows by itself, worked out when read (`app.records.fields.elapsed`).
Mail is counted here by whoever links it (`app.timeline.entries`), deals by `app.records.follow_up`; the last activity
and the next task by the timeline. `app.timeline.recount` reckons them all from scratch.
"""

from app.records.statistics.deals import DEAL_STATISTICS, holders_of, recount_deals
from app.records.statistics.following import follow_statistics
from app.records.statistics.mail import MAIL_STATISTICS, Mailed, counted_as, raise_mail, recount_mail

STATISTICS = (*MAIL_STATISTICS, *DEAL_STATISTICS)
"""The columns that this package keeps."""

__all__ = [
    "DEAL_STATISTICS",
    "MAIL_STATISTICS",
    "STATISTICS",
    "Mailed",
    "counted_as",
    "follow_statistics",
    "holders_of",
    "raise_mail",
    "recount_deals",
    "recount_mail",
]
