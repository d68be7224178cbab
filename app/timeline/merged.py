"""Statistics of records that were merged or split: reckoned from what stands on them now."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app.core.events import react
from app.timeline.recount import recount


@react("record.merged", "record.gathered")
def recount_merged(session: Session, event: Mapping[str, Any]) -> None:
    recount(session, record_ids=[event["subject_id"]])


@react("record.unmerged")
def recount_split(session: Session, event: Mapping[str, Any]) -> None:
    recount(session, record_ids=[event["subject_id"], *event["data"]["records"]])
