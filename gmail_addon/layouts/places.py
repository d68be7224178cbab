"""Where on the stack of cards a person stands, as the parameter `at` tells: "" is the root, else `record:<id>`."""

from app.core.database import confine, transaction
from app.core.errors import NotFound
from app.core.hot import Reader, reading
from app.records.seen import seen_by_id
from app.workspaces.access import may
from gmail_addon.card_types import Card
from gmail_addon.form_making import edit_form
from gmail_addon.layouts.compose.card import compose_card
from gmail_addon.layouts.compose.snippets import SNIPPETS, snippets_card
from gmail_addon.layouts.home.homepage import home_card
from gmail_addon.layouts.home.views import VIEW, VIEWS, view_card, views_card
from gmail_addon.layouts.mail.message import attendee_card, message_card
from gmail_addon.layouts.record.card import record_card
from gmail_addon.layouts.record.places import RECORD_PLACES
from gmail_addon.layouts.record.quote_places import SENT, sent_place
from gmail_addon.layouts.settings.card import LIFTED, SETTINGS, settings_card
from gmail_addon.layouts.settings.card_fields import CARD_FIELDS, CARD_FOLDERS, fields_card, folders_card
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


def _form(visit: Visit, place: str) -> Card:
    """A page of the form of a record: `<id>:<page>`."""
    id, _, page = place.partition(":")
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=identifier(id))
        if record is None or not may(visit.viewer, "edit", record):
            raise NotFound("This record does not exist, or you have no access to it.")
        return edit_form(visit, reader, record=record, page=int(page) if page.isdecimal() and len(page) < 4 else 0)


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


def _views(visit: Visit, _id: str) -> Card:
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        return views_card(session, visit)


def _view(visit: Visit, id: str) -> Card:
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        return view_card(session, visit, view_id=identifier(id))


def _settings(visit: Visit, lifted: str) -> Card:
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        return settings_card(session, visit.standing(f"{SETTINGS}:"), lifted=lifted)


def _card_folders(visit: Visit, _id: str) -> Card:
    return folders_card(visit)


def _card_fields(visit: Visit, place: str) -> Card:
    folder_id, _, role_id = place.partition(".")
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        role_id = identifier(role_id) if role_id else ""
        return fields_card(session, visit, folder_id=identifier(folder_id), role_id=role_id)


_PLACES = {
    **RECORD_PLACES,
    "record": _record,
    "form": _form,
    "attendee": _attendee,
    SENT: sent_place,
    SNIPPETS: _snippets,
    VIEWS: _views,
    VIEW: _view,
    SETTINGS: _settings,
    LIFTED: _settings,
    CARD_FOLDERS: _card_folders,
    CARD_FIELDS: _card_fields,
}
