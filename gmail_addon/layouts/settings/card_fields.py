"""Which fields cards show: a folder, for whom, and up to eight fields in order."""

from collections.abc import Sequence

from sqlmodel import Session

from app.core.errors import SidenoteError
from app.records.card_fields import FEWEST, MOST, card_layouts, usual_keys
from app.records.schema import folder_seen, schema_of
from app.workspaces.access import require_power
from app.workspaces.roles import roles
from gmail_addon.card_types import Card, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import MAX_OPTIONS, dropdown, option
from gmail_addon.layouts.parts import BRAND, brief, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t
from models import FieldDef

CARD_FOLDERS, CARD_FIELDS = "card-folders", "card-fields"
"""The places of the cards on the stack; of the latter with the folder and, after a dot, the role."""
ROLE, FIELD, NOTHING, EVERYBODY = "role", "field", "none", "everybody"
MOST_OFFERED = 60
"""Fields to choose from: eight times as many options fit on a card."""


def folders_card(visit: Visit) -> Card:
    """No statement."""
    require_power(visit.viewer, "config")
    rows = [
        decorated_text(brief(t(one.name)), icon=icon("DESCRIPTION"), on_click=visit.ask("card_fields", folder=one.id))
        for one in visit.catalog.folders.values()
        if not one.archived_at and visit.viewer.access.scope("read", one.id) != "none"
    ]
    return card(section(*rows), header=header(t("Fields on cards")), name=CARD_FOLDERS)


def fields_card(
    session: Session,
    visit: Visit,
    *,
    folder_id: str,
    role_id: str,
    chosen: Sequence[str] | None = None,
    error: SidenoteError | None = None,
) -> Card:
    """`role_id` is empty for everybody; `chosen` are the keys of a form that was refused."""
    require_power(visit.viewer, "config")
    folder = folder_seen(session, viewer=visit.viewer, folder_id=folder_id)
    schema = schema_of(session, folder=folder)
    layouts = {one.role_id or "": one.fields for one in card_layouts(session, viewer=visit.viewer, folder_id=folder_id)}
    arranged = list(chosen if chosen is not None else layouts.get(role_id) or layouts.get("") or usual_keys(schema))
    keys = [key for key in arranged if schema.has(key)][:MOST]
    offered = _offered(schema.fields, keys)
    usual = visit.tell("usual_card_fields", folder=folder_id, role=role_id)
    save = run(visit.write("save_card_fields", folder=folder_id, role=role_id))
    buttons = [button(t("Save fields"), save, filled=BRAND)]
    buttons += [button(t("As usual"), usual)] if role_id in layouts else []
    return card(
        section(*problem(error), _role(session, visit, folder_id, role_id)),
        section(
            text_paragraph(t("Choose {fewest} to {most} fields, in this order.", fewest=FEWEST, most=MOST)),
            *[_field(offered, place, keys[place] if place < len(keys) else NOTHING) for place in range(MOST)],
            button_list(*buttons),
        ),
        header=header(t(folder.name), subtitle=t("Fields on cards")),
        name=CARD_FIELDS,
    )


def _role(session: Session, visit: Visit, folder_id: str, role_id: str) -> Widget:
    options = [option(EVERYBODY, t("Everybody"), selected=not role_id)]
    named = roles(session, viewer=visit.viewer)[: MAX_OPTIONS - 1]
    options += [option(role.id, t(role.name), selected=role.id == role_id) for role in named]
    return dropdown(ROLE, *options, label=t("For"), on_change=visit.call("card_fields", folder=folder_id))


def _offered(fields: Sequence[FieldDef], keys: Sequence[str]) -> list[FieldDef]:
    """Those that are shown first, so that a choice is never lost."""
    shown = [field for field in fields if field.key in keys]
    return (
        shown + [field for field in fields if field.key not in keys and field.column != "name"][: MOST_OFFERED - MOST]
    )


def _field(offered: Sequence[FieldDef], place: int, key: str) -> Widget:
    options = [option(NOTHING, "—", selected=key == NOTHING)]
    options += [option(field.key, t(field.name), selected=field.key == key) for field in offered]
    return dropdown(f"{FIELD}{place}", *options, label=t("Field {number}", number=place + 1))
