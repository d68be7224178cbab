"""How clean the records of a folder are: what is wrong, missing, old or never used, and what would mend it.

Each check counts only what the viewer may see. Nothing is changed here: mending is a bulk edit, which can be undone, or
the archiving of a field, which can be brought back.
"""

from app.records.hygiene.finding import Finding, Fix, Sample
from app.records.hygiene.mending import mend
from app.records.hygiene.report import STALE_DAYS, findings_in, report

__all__ = ["STALE_DAYS", "Finding", "Fix", "Sample", "findings_in", "mend", "report"]
