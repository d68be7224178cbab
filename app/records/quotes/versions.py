"""Sending quotes: each time a version that never changes again, under a link that only the customer knows."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.core.jobs import JobContext, scheduled
from app.core.security import Vault, new_token, token_hash
from app.records.history import note_changes
from app.records.quotes.content import content_of, today_of
from app.records.quotes.drafts import quote_seen, quote_to_change
from app.records.service import check_version
from app.records.writing import Changes
from app.workspaces.access import Viewer
from models import QuoteVersion, Record

VALID = timedelta(days=30)
LONGEST = timedelta(days=3660)
_BEHIND = timedelta(hours=12)
"""How far the westernmost time zone is behind: until then, a day is not over everywhere."""


def send_quote(
    session: Session,
    *,
    viewer: Viewer,
    quote_id: str,
    vault: Vault,
    valid_until: date | None = None,
    version: int | None = None,
) -> tuple[QuoteVersion, str]:
    """Freeze the quote as it is into its next version; returns it with the token of the customer's link.

    The store keeps the token's hash, and the token itself as the vault encrypts it. Earlier versions can no longer be
    accepted. It is valid until the given day, else the quote's own if that is still to come, else for 30 days.
    `version`: raises Outdated when the record has another. Raises QuoteAccepted, and InvalidInput for a quote without
    lines or a day in the past.
    """
    quote = quote_to_change(session, viewer=viewer, quote_id=quote_id)
    check_version(quote, version)
    content = content_of(session, viewer=viewer, quote=quote)
    if not content["lines"]:
        raise InvalidInput("lines: write at least one before you send the quote.", field="lines")
    until, token = _valid_until(quote, valid_until, today_of(content)), new_token()
    number = _last_version(session, quote) + 1
    sent = QuoteVersion(
        id=new_id(),
        workspace_id=quote.workspace_id,
        quote_id=quote.id,
        number=f"{quote.data['number']}-{number}",
        version=number,
        content=content,
        total=content["total"],
        currency=content["currency"],
        valid_until=until,
        token_hash=token_hash(token),
        sealed_token=vault.encrypt(token),
        sent_by=viewer.member_id,
        sent_at=utcnow(),
    )
    earlier = update(QuoteVersion).where(col(QuoteVersion.quote_id) == quote.id, col(QuoteVersion.state) == "sent")
    session.execute(earlier.values(state="replaced"))
    session.add(sent)
    set_status(session, quote, "Sent", actor_id=viewer.member_id, valid_until=until)
    tell(session, "quote.sent", quote=quote, version=sent, actor_id=viewer.member_id)
    return sent, token


def versions_of(session: Session, *, viewer: Viewer, quote_id: str) -> Sequence[QuoteVersion]:
    """The versions that were sent, last first."""
    quote = quote_seen(session, viewer=viewer, quote_id=quote_id)
    query = select(QuoteVersion).where(col(QuoteVersion.quote_id) == quote.id)
    return session.scalars(query.order_by(col(QuoteVersion.version).desc())).all()


def version_of(session: Session, *, viewer: Viewer, quote_id: str, version: int) -> QuoteVersion:
    for one in versions_of(session, viewer=viewer, quote_id=quote_id):
        if one.version == version:
            return one
    raise NotFound("This quote has no such version.")


def set_status(
    session: Session, quote: Record, status: str, *, actor_id: str | None = None, valid_until: date | None = None
) -> None:
    """Where the quote stands, with history."""
    changes: Changes = {}
    if quote.status != status:
        changes["status"] = (quote.status, status)
        quote.status = status
    if valid_until and quote.close_on != valid_until:
        changes["valid_until"] = (quote.close_on and quote.close_on.isoformat(), valid_until.isoformat())
        quote.close_on = valid_until
    if changes:
        note_changes(session, record=quote, changes=changes, actor_id=actor_id)


def tell(
    session: Session, type: str, *, quote: Record, version: QuoteVersion, actor_id: str | None = None, reason: str = ""
) -> None:
    emit(
        session,
        type,
        workspace_id=quote.workspace_id,
        subject_id=quote.id,
        actor_id=actor_id,
        data={"version": version.version, "number": version.number, "by": version.answered_by, "reason": reason},
    )


@scheduled("quotes.expire", cron="29 * * * *")
def expire(context: JobContext) -> None:
    """Quotes whose last day is over everywhere and that nobody answered are called expired."""
    over = (utcnow() - _BEHIND).date()
    with transaction(context.engine) as session:
        late = select(col(QuoteVersion.quote_id)).where(
            col(QuoteVersion.state) == "sent", col(QuoteVersion.valid_until) < over
        )
        query = select(Record).where(col(Record.id).in_(late), col(Record.status) == "Sent").order_by(col(Record.id))
        for quote in session.scalars(query.with_for_update()).all():
            set_status(session, quote, "Expired")


def _valid_until(quote: Record, given: date | None, today: date) -> date:
    until = given or (quote.close_on if quote.close_on and quote.close_on >= today else today + VALID)
    if not today <= until <= today + LONGEST:
        raise InvalidInput("valid_until: choose a day from today on.", field="valid_until")
    return until


def _last_version(session: Session, quote: Record) -> int:
    query = select(func.max(col(QuoteVersion.version))).where(col(QuoteVersion.quote_id) == quote.id)
    return session.scalar(query) or 0
