"""Views in the sidebar: all there are, to pin or to open; and one with its records, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from app.records.fields import is_empty, value_type
from app.records.listing import Count, count_records, list_records
from app.records.pin_counts import COUNTED_UP_TO
from app.records.reading import Values, read_records
from app.records.schema import Schema
from app.records.views import get_view, known_columns, pinned_ids, schema_of_view, views_of
from gmail_addon.card_types import Card, Section, Widget
from gmail_addon.cards import card, card_action, header, section
from gmail_addon.layouts.home.pinned import count_words
from gmail_addon.layouts.home.record_row import record_row
from gmail_addon.layouts.parts import brief
from gmail_addon.text import plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t
from models import View

VIEWS, VIEW = "views", "view"
"""The places of the cards on the stack."""
MOST_VIEWS, PAGE, BELOW, LENGTH = 60, 15, 3, 60


def views_card(session: Session, visit: Visit) -> Card:
    """Every view that the viewer may open, by folder."""
    views = views_of(session, viewer=visit.viewer)[:MOST_VIEWS]
    pinned = pinned_ids(session, viewer=visit.viewer)
    folders = [one for one in visit.catalog.folders.values() if any(view.folder_id == one.id for view in views)]
    parts = [
        section(
            *[_view_row(visit, view, view.id in pinned) for view in views if view.folder_id == one.id],
            header=t(one.name),
        )
        for one in folders
    ]
    empty = section(text_paragraph(t("There are no views yet. They are made in the web app, and show up here.")))
    return card(
        *(parts or [empty]),
        header=header(t("Views")),
        name=VIEWS,
        actions=[card_action(t("Refresh"), visit.ask("refresh"))],
    )


def _view_row(visit: Visit, view: View, pinned: bool) -> Widget:
    """A click opens it, its button pins it."""
    pin = visit.tell("unpin_view", id=view.id) if pinned else visit.tell("pin_view", id=view.id)
    return decorated_text(
        brief(view.name),
        icon=icon("BOOKMARK", t("View")),
        bottom_label=t("Shared") if view.shared else t("Only yours"),
        on_click=visit.ask("view", id=view.id),
        button=button(t("Unpin") if pinned else t("Pin"), pin),
    )


@dataclass(frozen=True, slots=True)
class Page:
    """The records of a view from a cursor on, and their first columns in words."""

    view: View
    records: Sequence[Any]
    below: Sequence[str]
    next: str | None
    count: Count
    pinned: bool


def page_of(session: Session, visit: Visit, *, view_id: str, cursor: str | None) -> Page:
    """Raises NotFound for a view that the viewer may not open, InvalidInput for a cursor of another one."""
    viewer = visit.viewer
    view = get_view(session, viewer=viewer, view_id=view_id)
    schema = schema_of_view(session, viewer=viewer, view=view)
    found = list_records(
        session, viewer=viewer, schema=schema, filter=view.filter, sort=view.sort, cursor=cursor, limit=PAGE
    )
    count = count_records(session, viewer=viewer, schema=schema, filter=view.filter, up_to=COUNTED_UP_TO)
    keys = [key for key in known_columns(session, viewer=viewer, view=view) if "." not in key and key != "name"]
    read = read_records(session, viewer=viewer, schema=schema, records=found.records, keys=keys[:BELOW])
    below = [_below(visit, schema, values, read.names) for values in read.values]
    pinned = view.id in pinned_ids(session, viewer=viewer)
    return Page(view, found.records, below, found.next, count, pinned)


def _below(visit: Visit, schema: Schema, values: Values, names: dict[str, str]) -> str:
    known = {id: t(stage.name) for id, stage in visit.catalog.stages.items()}
    formats = replace(visit.formats, names=names | known)
    shown = [
        value_type(schema.field(key)).show(schema.field(key), value, formats)
        for key, value in values.items()
        if not is_empty(value)
    ]
    return " · ".join(plain(each, LENGTH) for each in shown if each)


def view_card(session: Session, visit: Visit, *, view_id: str, cursor: str | None = None) -> Card:
    page = page_of(session, visit, view_id=view_id, cursor=cursor)
    total = count_words(page.count.value if page.count.exact else COUNTED_UP_TO + 1)
    pin = visit.tell("unpin_view", id=view_id) if page.pinned else visit.tell("pin_view", id=view_id)
    return card(
        _rows(visit, page),
        header=header(page.view.name, subtitle=f"{t(visit.catalog.folders[page.view.folder_id].name)} · {total}"),
        name=VIEW,
        actions=[
            card_action(t("Unpin") if page.pinned else t("Pin"), pin),
            card_action(t("Refresh"), visit.ask("refresh")),
        ],
    )


def _rows(visit: Visit, page: Page) -> Section:
    rows = [record_row(visit, one, below=below) for one, below in zip(page.records, page.below, strict=True)]
    if not rows:
        return section(text_paragraph(t("No record matches this view.")))
    if page.next:
        rows.append(button_list(button(t("More"), visit.ask("view", id=page.view.id, cursor=page.next))))
    return section(*rows)
