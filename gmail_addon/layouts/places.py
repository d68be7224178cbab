"""Where on the stack of cards a person stands, as the parameter `at` tells: "" is the root, else `record:<id>`."""

from app.core.errors import NotFound
from app.core.hot import Reader, reading
from app.records.seen import seen_by_id
from gmail_addon.card_types import Card
from gmail_addon.layouts.compose import compose_card
from gmail_addon.layouts.home import home_card
from gmail_addon.layouts.message import attendee_card, message_card
from gmail_addon.layouts.record import record_card
from gmail_addon.layouts.snippets import SNIPPETS, snippets_card
from gmail_addon.lookup import Opened, ask_about, look_up, open_message
from gmail_addon.parameters import identifier
from gmail_addon.visit import Visit


def root_card(visit: Visit) -> Card:
    """What Gmail shows beside the open message or the mail being written, or on the homepage."""
    with reading(visit.addon.engine) as reader:
        opened = None if visit.draft else look_up(visit, reader)
        if opened is None or opened.is_stored:
            return draw_root(visit, reader, opened)
    opened = ask_about(visit, opened)
    with reading(visit.addon.engine) as reader:
        return draw_root(visit, reader, opened)


def draw_root(visit: Visit, reader: Reader, opened: Opened | None) -> Card:
    root = visit.standing("")
    if root.draft:
        return compose_card(root, reader)
    return message_card(root, reader, opened=opened) if opened else home_card(root, reader)


def card_at(visit: Visit, at: str) -> Card:
    """The card named `at`; raises NotFound when the viewer may not see what it shows."""
    kind, _, id = at.partition(":")
    if kind not in _PLACES:
        raise NotFound("This card is out of date: open the email again.")
    return _PLACES[kind](visit.standing(at), id)


def _record(visit: Visit, id: str) -> Card:
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=identifier(id))
        if record is None:
            raise NotFound("This record does not exist, or you have no access to it.")
        return record_card(visit, reader, record=record, opened=None)


def _attendee(visit: Visit, address: str) -> Card:
    opened = open_message(visit)
    for attendee in opened.people if opened else ():
        if opened and attendee.address == address:
            with reading(visit.addon.engine) as reader:
                return attendee_card(visit, reader, attendee=attendee, opened=opened)
    raise NotFound("This person does not take part in the open email.")


def _snippets(visit: Visit, deleted: str) -> Card:
    with reading(visit.addon.engine) as reader:
        return snippets_card(visit, reader, deleted=identifier(deleted) if deleted else "")


_PLACES = {"record": _record, "attendee": _attendee, SNIPPETS: _snippets}
