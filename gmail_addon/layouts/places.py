"""Where on the stack of cards a person stands, as the parameter `at` tells: "" is the root, else `person:<id>`."""

from collections.abc import Callable

from app.core.errors import NotFound
from app.core.hot import Reader, reading
from app.timeline.glance import person_by_id
from gmail_addon.card_types import Card
from gmail_addon.layouts.company import company_card
from gmail_addon.layouts.contact import contact_card
from gmail_addon.layouts.deal import deal_card
from gmail_addon.layouts.home import home_card
from gmail_addon.layouts.message import attendee_card, message_card
from gmail_addon.lookup import Opened, ask_about, look_up, open_message
from gmail_addon.parameters import identifier
from gmail_addon.reads import company_by_id, deal_by_id
from gmail_addon.visit import Visit


def root_card(visit: Visit) -> Card:
    """What Gmail shows beside the open message, or on the homepage."""
    with reading(visit.addon.engine) as reader:
        opened = look_up(visit, reader)
        if opened is None or opened.is_stored:
            return draw_root(visit, reader, opened)
    opened = ask_about(visit, opened)
    with reading(visit.addon.engine) as reader:
        return draw_root(visit, reader, opened)


def draw_root(visit: Visit, reader: Reader, opened: Opened | None) -> Card:
    root = visit.standing("")
    return message_card(root, reader, opened=opened) if opened else home_card(root, reader)


def card_at(visit: Visit, at: str) -> Card:
    """The card named `at`; raises NotFound when the viewer may not see what it shows."""
    kind, _, id = at.partition(":")
    if kind not in _PLACES:
        raise NotFound("This card is out of date: open the email again.")
    return _PLACES[kind](visit.standing(at), id)


def _person(visit: Visit, reader: Reader, id: str) -> Card:
    person = person_by_id(reader, viewer=visit.viewer, record_id=id)
    if person is None or person.kind not in ("contact", "lead"):
        raise NotFound("This person does not exist, or you have no access to them.")
    return contact_card(visit, reader, person=person, opened=None)


def _company(visit: Visit, reader: Reader, id: str) -> Card:
    company = company_by_id(reader, viewer=visit.viewer, id=id)
    if company is None:
        raise NotFound("This company does not exist, or you have no access to it.")
    return company_card(visit, reader, company=company)


def _deal(visit: Visit, reader: Reader, id: str) -> Card:
    deal = deal_by_id(reader, viewer=visit.viewer, id=id)
    if deal is None:
        raise NotFound("This deal does not exist, or you have no access to it.")
    return deal_card(visit, reader, deal=deal, opened=None)


def _attendee(visit: Visit, address: str) -> Card:
    opened = open_message(visit)
    for attendee in opened.people if opened else ():
        if opened and attendee.address == address:
            with reading(visit.addon.engine) as reader:
                return attendee_card(visit, reader, attendee=attendee, opened=opened)
    raise NotFound("This person does not take part in the open email.")


def _record(draw: Callable[[Visit, Reader, str], Card]) -> Callable[[Visit, str], Card]:
    def drawn(visit: Visit, id: str) -> Card:
        with reading(visit.addon.engine) as reader:
            return draw(visit, reader, identifier(id))

    return drawn


_PLACES = {
    "person": _record(_person),
    "company": _record(_company),
    "deal": _record(_deal),
    "attendee": _attendee,
}
