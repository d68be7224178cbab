"""What customers do with the link to a quote: look at it, and accept or decline it, once."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound, SidenoteError
from app.core.security import token_hash
from app.core.text import one_line
from app.records.deals import move_stage
from app.records.quotes.content import today_of
from app.records.quotes.versions import set_status, tell
from app.workspaces.access import viewer_by_id
from app.workspaces.notifications import notify
from models import QuoteVersion, Record

MAX_NAME, MAX_REASON = 200, 2_000


class QuoteClosed(Conflict):
    """The version has expired, was replaced by a newer one, or was answered otherwise."""

    code = "quote_closed"


@dataclass(frozen=True, slots=True)
class Offer:
    """A version as its customer meets it. `state`: `open`, `expired`, `replaced`, `accepted` or `declined`."""

    version: QuoteVersion
    state: str


def offer_of(session: Session, *, token: str) -> Offer:
    """The version behind a link. NotFound for any other text, and once the quote is deleted."""
    query = (
        select(QuoteVersion)
        .join(Record, col(Record.id) == col(QuoteVersion.quote_id))
        .where(col(QuoteVersion.token_hash) == token_hash(token), col(Record.deleted_at).is_(None))
    )
    version: QuoteVersion | None = session.scalar(query)
    if version is None:
        raise NotFound("This link leads to no quote. Ask the sender for a new one.")
    return Offer(version, _state(version))


def accept_quote(session: Session, *, token: str, name: str) -> Offer:
    """Accept it in this name: the deal moves on, and the owner is told. Accepting again changes nothing.

    Raises InvalidInput without a name, QuoteClosed when it can no longer be accepted.
    """
    signed = _plain(name, MAX_NAME)
    if not signed:
        raise InvalidInput("Name: write your name to accept.", field="name")
    return _answer(session, token, "accepted", signed)


def decline_quote(session: Session, *, token: str, name: str = "", reason: str = "") -> Offer:
    """Decline it, perhaps with a reason. Declining again changes nothing. Raises QuoteClosed."""
    return _answer(session, token, "declined", _plain(name, MAX_NAME), reason=_plain(reason, MAX_REASON))


def _answer(session: Session, token: str, answer: str, name: str, *, reason: str = "") -> Offer:
    version = offer_of(session, token=token).version
    quote = session.get_one(Record, version.quote_id, with_for_update=True, populate_existing=True)
    session.refresh(version, with_for_update=True)
    state = _state(version)
    if state == answer:
        return Offer(version, state)
    if state != "open":
        raise QuoteClosed("This quote can no longer be answered: reload the page to see why.")
    version.state, version.answered_at, version.answered_by, version.reason = answer, utcnow(), name, reason
    session.add(version)
    set_status(session, quote, answer.capitalize())
    tell(session, f"quote.{answer}", quote=quote, version=version, reason=reason)
    left = _move_deal(session, quote, version) if answer == "accepted" else ""
    _notify(session, quote, version, left)
    return Offer(version, answer)


def _move_deal(session: Session, quote: Record, version: QuoteVersion) -> str:
    """Put the open deal into the stage that the quote names, on behalf of its sender; returns why that failed.

    The customer's answer stands, whatever becomes of the deal.
    """
    deal_id, stage_id = quote.data.get("deal"), quote.data.get("accepted_stage")
    deal = session.get(Record, deal_id) if deal_id else None
    if deal is None or not stage_id or deal.status != "open":
        return ""
    try:
        with session.begin_nested():
            sender = viewer_by_id(session, version.sent_by)
            move_stage(session, viewer=sender, deal_id=deal.id, stage_id=stage_id)
    except SidenoteError as error:
        return error.message
    return ""


def _notify(session: Session, quote: Record, version: QuoteVersion, left: str) -> None:
    who = f" by {version.answered_by}" if version.answered_by else ""
    title = f"{version.number} was {version.state}{who}"
    notify(
        session,
        workspace_id=quote.workspace_id,
        member_ids=[quote.owner_id or version.sent_by],
        type=f"quote_{version.state}",
        title=f"{title}; its deal did not move: {left}" if left else title,
        record_id=quote.id,
        data={"version": version.version},
    )


def _state(version: QuoteVersion) -> str:
    if version.state != "sent":
        return version.state
    return "expired" if today_of(version.content) > version.valid_until else "open"


def _plain(text: str, limit: int) -> str:
    return one_line(text)[:limit]
