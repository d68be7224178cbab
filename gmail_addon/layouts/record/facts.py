"""What is known of a record: the fields that its folder's cards show, those that are filled in."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from app.core.hot import Reader
from app.records.card_fields import card_fields
from app.records.fields import is_empty, type_of, value_type
from app.records.seen import Seen, names_of
from app.records.writing import read_value
from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.clicks import open_link
from gmail_addon.layouts.parts import brief, closing_words
from gmail_addon.lookup import Opened
from gmail_addon.text import is_linkable, link, plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t
from models import FieldDef

SHOWN, MOST_OF_A_LIST = 4, 2
TOLD_ABOVE = {"lead": ("status",), "ticket": ("number", "status"), "quote": ("number", "status", "amount")}
"""Fields that the header and the first section of such a card show already."""


def facts_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """One statement if other records than the company are named, else none."""
    folder = visit.catalog.folders[record.folder_id]
    fields = card_fields(visit.catalog, viewer=visit.viewer, folder=folder)
    told = _told_above(visit, record)
    values = [(field, read_value(record, field)) for field in fields if field.key not in told]
    filled = [(field, value) for field, value in values if not is_empty(value)]
    names = _names(visit, reader, record, filled)
    rows = [row for field, value in filled for row in _rows(visit, field, value, names)]
    return section(*rows, shown=SHOWN) if rows else None


def _told_above(visit: Visit, record: Seen) -> Collection[str]:
    """A deal's header says when it closes, but not when it was closed."""
    if record.kind == "deal":
        return ("amount", "close_on") if closing_words(visit, record) else ("amount",)
    return TOLD_ABOVE.get(record.kind, ())


def _names(visit: Visit, reader: Reader, record: Seen, filled: list[tuple[FieldDef, Any]]) -> dict[str, str]:
    """Of all members, and of the records that the values lead to and the viewer may see."""
    names = {member.id: member.name for member in visit.catalog.members.values()}
    names[visit.viewer.member_id] = t("You")
    names |= {stage.id: t(stage.name) for stage in visit.catalog.stages.values()}
    if record.company:
        names[record.company.id] = record.company.name
    wanted = [value for field, value in filled if type_of(field).family == "record" and value not in names]
    return names | names_of(reader, viewer=visit.viewer, ids=wanted) if wanted else names


def _rows(visit: Visit, field: FieldDef, value: Any, names: dict[str, str]) -> list[Widget]:
    label = t(field.name)
    match value_type(field).name:
        case "email":
            return [_reachable(address, f"mailto:{address}", "EMAIL", label) for address in value[:MOST_OF_A_LIST]]
        case "phone":
            return [_reachable(each, f"tel:{''.join(each.split())}", "PHONE", label) for each in value[:MOST_OF_A_LIST]]
        case "url" | "domain" | "file":
            url = value if "://" in value else f"https://{value}/"
            return [decorated_text(link(plain(value, 150), url), top_label=label)]
        case "record":
            opens = visit.ask("open_record", id=value)
            return [decorated_text(brief(names[value]), top_label=label, on_click=opens)] if value in names else []
    shown = value_type(field).show(field, value, replace(visit.formats, names=names))
    return [decorated_text(brief(shown), top_label=label)] if shown else []


def _reachable(text: str, url: str, known: Any, label: str) -> Widget:
    click = open_link(url) if is_linkable(url) else None
    return decorated_text(brief(text), icon=icon(known, label), on_click=click)
