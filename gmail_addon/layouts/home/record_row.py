"""Records of any kind as rows of a list."""

from typing import Protocol, cast

from gmail_addon.card_types import Icon, KnownIcon, Widget
from gmail_addon.layouts.parts import brief
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t

ICONS = {
    "contact": "PERSON",
    "lead": "PERSON",
    "company": "MULTIPLE_PEOPLE",
    "deal": "DOLLAR",
    "ticket": "TICKET",
    "quote": "DESCRIPTION",
    "product": "STORE",
}


class Named(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def folder_id(self) -> str: ...


def record_row(visit: Visit, record: Named, *, below: str = "") -> Widget:
    return decorated_text(
        brief(record.name),
        icon=record_icon(visit, record),
        bottom_label=below or None,
        on_click=visit.ask("open_record", id=record.id),
    )


def record_icon(visit: Visit, record: Named) -> Icon:
    return icon(cast(KnownIcon, ICONS.get(record.kind, "BOOKMARK")), one_called(visit, record.folder_id))


def one_called(visit: Visit, folder_id: str) -> str:
    """What one record of a folder is called."""
    return t(visit.catalog.folders[folder_id].singular)
