"""The title of a timeline entry in the reader's language, where Sidenote chose its words."""

from collections.abc import Mapping

from app.timeline.activities import OUTCOMES
from app.timeline.entry_types import CHANGE, entry_type
from app.timeline.feed import Entry
from app.timeline.titles import TITLES, title_told
from gmail_addon.wording import t

NAMED = ("stage", "status")
"""Values that are names of the workspace's own."""


def entry_title(entry: Entry) -> str:
    """What people wrote is left as it is."""
    if entry.locked:
        return t(entry.title)
    if entry.type == CHANGE.name:
        return "; ".join(_change(change) for change in entry.data["changes"])
    if entry.type in OUTCOMES:
        label, outcome = t(entry_type(entry.type).label), entry.data.get("outcome")
        return t("{kind}: {outcome}", kind=label, outcome=t(outcome)) if outcome else label
    if told := title_told(entry.data):
        key, values = told
        return t(TITLES[key], **{name: t(value) if name in NAMED else value for name, value in values.items()})
    return entry.title or t("(no subject)")


def _change(change: Mapping[str, str]) -> str:
    old, new = (t(value) if value else "–" for value in (change["old"], change["new"]))
    return t("{field}: {old} → {new}", field=t(change["name"]), old=old, new=new)
