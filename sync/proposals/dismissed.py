"""Values from mail that somebody did not want for a record."""

from hashlib import sha256

from sqlmodel import Session

from app.core.bulk import insert_missing
from app.core.clock import utcnow
from app.records.service import record_to_change
from app.workspaces.access import Viewer
from models import DismissedProposal


def dismiss(session: Session, *, viewer: Viewer, record_id: str, field_key: str, value: str) -> None:
    """Never offer this `Proposal.offered` value for the field of this record again; who may change it decides."""
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    row = {
        "record_id": record.id,
        "digest": digest_of(field_key, value),
        "workspace_id": viewer.workspace_id,
        "member_id": viewer.member_id,
        "dismissed_at": utcnow(),
    }
    insert_missing(session, DismissedProposal, [row])


def digest_of(field_key: str, value: str) -> str:
    return sha256(f"{field_key}\n{value}".encode()).hexdigest()
