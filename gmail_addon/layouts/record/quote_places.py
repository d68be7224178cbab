"""The customer's link to a quote that is with them: who may send the quote is shown it again at any time."""

from app.core.errors import NotFound
from app.core.hot import Reader, reading
from app.records.quotes.on_card import last_version
from app.records.seen import Seen, seen_by_id
from app.workspaces.access import may
from gmail_addon.card_types import Card
from gmail_addon.layouts.record.quote import sent_card
from gmail_addon.parameters import identifier
from gmail_addon.visit import Visit

SENT = "quote_sent"


def sent_place(visit: Visit, quote_id: str) -> Card:
    with reading(visit.addon.engine) as reader:
        quote, token = link_to(visit, reader, identifier(quote_id))
    return sent_card(visit, quote, token=token)


def link_to(visit: Visit, reader: Reader, quote_id: str) -> tuple[Seen, str]:
    """The quote and the token of its link. Raises NotFound, and so does a quote that the viewer could not send."""
    quote = seen_by_id(reader, viewer=visit.viewer, record_id=quote_id)
    if quote is None:
        raise NotFound("This record does not exist, or you have no access to it.")
    sent = last_version(reader, viewer=visit.viewer, quote=quote)
    if sent is None or not sent.sealed_token or not may(visit.viewer, "edit", quote):
        raise NotFound("This quote has no link: send it first.")
    return quote, visit.addon.vault.decrypt(sent.sealed_token)
