"""The card of a quote that was sent just now. Its place on the stack carries the customer's link, sealed."""

from app.core.errors import NotFound
from app.core.hot import reading
from app.core.security import UndecryptableSecret
from app.records.seen import seen_by_id
from gmail_addon.card_types import Card
from gmail_addon.layouts.quote import sent_card
from gmail_addon.parameters import identifier
from gmail_addon.visit import Visit

SENT = "quote_sent"
_MARK = "quote:"
"""What is sealed for another use opens nothing here."""


def seal(visit: Visit, token: str) -> str:
    """The token of a quote's link as it may be stored and sent around: only Sidenote can read it."""
    return visit.addon.vault.encrypt(f"{_MARK}{visit.viewer.member_id}:{token}")


def token_in(visit: Visit, sealed: str) -> str:
    """Raises UndecryptableSecret for what is no seal, NotFound for that of somebody else."""
    mark, member_id, token = (*visit.addon.vault.decrypt(sealed).split(":"), "", "")[:3]
    if f"{mark}:" != _MARK or member_id != visit.viewer.member_id:
        raise NotFound("This card is out of date: send the quote again.")
    return token


def sent_place(visit: Visit, place: str) -> Card:
    """`quote.sealed`."""
    quote_id, _, sealed = place.partition(".")
    try:
        token = token_in(visit, sealed)
    except UndecryptableSecret:
        raise NotFound("This card is out of date: send the quote again.") from None
    with reading(visit.addon.engine) as reader:
        quote = seen_by_id(reader, viewer=visit.viewer, record_id=identifier(quote_id))
    if quote is None:
        raise NotFound("This record does not exist, or you have no access to it.")
    return sent_card(visit, quote, token=token, sealed=sealed)
