"""Statistics: what Sidenote counts about a record, kept true in the transaction of what it counts.

Each is a column of `record`, or is in its `data` (`kept`), or, where it grows by itself, is worked out when read
(`app.records.fields.elapsed`). Mail is counted here by whoever links it (`app.timeline.entries`), deals by
`app.records.follow_up`; the last activity and the next task by the timeline. `app.timeline.recount` reckons the columns
from scratch.
"""

from app.records.statistics.deals import DEAL_STATISTICS, holders_of, recount_deals
from app.records.statistics.following import follow_statistics
from app.records.statistics.kept import FIRST_RESPONSE, STAGE_CHANGES, keep_statistic
from app.records.statistics.mail import MAIL_STATISTICS, Mailed, counted_as, raise_mail, recount_mail

STATISTICS = (*MAIL_STATISTICS, *DEAL_STATISTICS)
"""The columns that this package keeps."""

__all__ = [
    "DEAL_STATISTICS",
    "FIRST_RESPONSE",
    "MAIL_STATISTICS",
    "STAGE_CHANGES",
    "STATISTICS",
    "Mailed",
    "counted_as",
    "follow_statistics",
    "holders_of",
    "keep_statistic",
    "raise_mail",
    "recount_deals",
    "recount_mail",
]
