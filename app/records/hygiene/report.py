"""All checks of a folder, or of all folders that a viewer may see."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.records.hygiene.addresses import address_findings
from app.records.hygiene.fields import field_findings
from app.records.hygiene.filtered import filtered_findings
from app.records.hygiene.finding import SAMPLES, Finding, Sample
from app.records.schema import folder_seen, folders_seen, schema_of
from app.workspaces.access import Viewer, visible
from models import DuplicatePair, Folder, Record

STALE_DAYS = 180
MAX_DAYS = 3650


def report(
    session: Session, *, viewer: Viewer, folder_id: str | None = None, stale_days: int = STALE_DAYS
) -> list[Finding]:
    """What was found, most records first in each folder; checks that found nothing are left out."""
    folders = (
        [folder_seen(session, viewer=viewer, folder_id=folder_id)]
        if folder_id
        else folders_seen(session, viewer=viewer)
    )
    found: list[Finding] = []
    for folder in folders:
        found += sorted(findings_in(session, viewer=viewer, folder=folder, stale_days=stale_days), key=_weight)
    return found


def findings_in(session: Session, *, viewer: Viewer, folder: Folder, stale_days: int = STALE_DAYS) -> Iterator[Finding]:
    """Those of one folder that found something. Records are `stale` after so many days without anything."""
    if not 1 <= stale_days <= MAX_DAYS:
        raise InvalidInput(f"stale_days: from 1 to {MAX_DAYS}.", field="stale_days")
    schema = schema_of(session, folder=folder, viewer=viewer)
    checks = (
        filtered_findings(session, viewer=viewer, schema=schema, now=utcnow(), stale_days=stale_days),
        address_findings(session, viewer=viewer, schema=schema),
        field_findings(session, viewer=viewer, schema=schema),
        _duplicates(session, viewer, folder),
    )
    for findings in checks:
        yield from (finding for finding in findings if finding.count)


def _duplicates(session: Session, viewer: Viewer, folder: Folder) -> Iterator[Finding]:
    """Pairs in the inbox of duplicates, where each is decided upon."""
    first, second = aliased(Record), aliased(Record)
    pairs = (
        select(col(first.id), col(first.name), col(second.name), func.count().over())
        .select_from(DuplicatePair)
        .join(first, col(first.id) == col(DuplicatePair.first_id))
        .join(second, col(second.id) == col(DuplicatePair.second_id))
        .where(col(DuplicatePair.workspace_id) == viewer.workspace_id, col(DuplicatePair.state) == "open")
        .where(or_(col(first.folder_id) == folder.id, col(second.folder_id) == folder.id))
        .where(and_(visible(viewer, first), visible(viewer, second)))
        .order_by(col(DuplicatePair.score).desc(), col(first.id))
        .limit(SAMPLES)
    )
    rows = session.execute(pairs).all()
    if rows:
        samples = [Sample(id, name, f"may be {other}") for id, name, other, _ in rows]
        yield Finding("duplicates", folder.id, "pairs may be one and the same", rows[0][3], samples)


def _weight(finding: Finding) -> tuple[int, str]:
    return -finding.count, finding.check
