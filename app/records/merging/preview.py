"""What a merge would do, before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.records.merging.family import family_of, most_complete
from app.records.merging.values import Choice, choices_of
from app.workspaces.access import Viewer, may
from models import Record


@dataclass(frozen=True, slots=True)
class Preview:
    """`choices` are the fields that the viewer may know of and of which some record has a value.

    `allowed`: the viewer may edit the one record and delete the others.
    """

    into: Record
    others: list[Record]
    choices: list[Choice]
    allowed: bool


def preview_merge(
    session: Session,
    *,
    viewer: Viewer,
    record_ids: Sequence[str],
    into_id: str | None = None,
    choices: Mapping[str, str] | None = None,
) -> Preview:
    """Raises what `merge_records` raises, but for missing rights. Without `into_id` the most complete one stays."""
    first = into_id or record_ids[0]
    into, others = family_of(session, viewer=viewer, into_id=first, record_ids=record_ids)
    if into_id is None:
        family = [into, *others]
        into = most_complete(session, family)
        others = [record for record in family if record.id != into.id]
    settled = choices_of(session, viewer=viewer, into=into, others=others, given=choices)
    hidden = viewer.access.hidden.get(into.folder_id, ()) if not viewer.is_admin else ()
    seen = [one for one in settled if one.candidates and one.field.key not in hidden]
    allowed = may(viewer, "edit", into) and all(may(viewer, "delete", other) for other in others)
    return Preview(into, others, seen, allowed)
