"""Linked records: the first few on the card of a record, all of them with their buttons on one of their own."""

from collections.abc import Sequence

from app.core.errors import SidenoteError
from app.core.hot import Reader
from app.records.around import LinkedRecord, links_around
from app.records.fields.references import MAX_LABEL
from app.records.picking import Pick
from app.records.seen import Seen
from app.workspaces.access import may
from gmail_addon.card_types import Card, Section, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, brief, problem
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, text_paragraph
from gmail_addon.wording import t

SHOWN, UNFOLDED = 6, 3
LABELS = ("Decision maker", "Influencer", "Referred by", "Partner", "Supplier", "Former employer")
"""Suggested; what else people write is as good."""


def links_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """The first few; one statement."""
    links = links_around(reader, viewer=visit.viewer, record_id=record.id)
    if not links:
        return None
    rows = [_row(visit, link) for link in links[:SHOWN]]
    rows.append(button_list(button(t("All related records"), visit.ask("related", record=record.id))))
    return section(*rows, header=t("Related"), shown=UNFOLDED)


def related_card(visit: Visit, record: Seen, links: Sequence[LinkedRecord], *, parted: LinkedRecord | None) -> Card:
    """`parted` is the link that was just taken away, and can be had back."""
    changeable = may(visit.viewer, "edit", record)
    rows = [_row(visit, link, record=record if changeable else None) for link in links]
    undo = [section(_undo(visit, record, parted))] if parted and changeable else []
    form = button_list(button(t("Link to…"), visit.ask("link_form", record=record.id), filled=BRAND))
    return card(
        *undo,
        section(*(rows or [text_paragraph(t("Nothing is linked yet."))])),
        *([section(form)] if changeable else []),
        header=header(t("Related records"), subtitle=record.name),
        name=visit.at or None,
    )


def _row(visit: Visit, link: LinkedRecord, *, record: Seen | None = None) -> Widget:
    """`record`: the one from which it can be unlinked."""
    end = None
    if record:
        ends = {"record": record.id, "other": link.id, "label": link.label}
        end = button(t("Unlink"), visit.tell("unlink", **ends))
    folder = visit.catalog.folders.get(link.folder_id)
    return decorated_text(
        brief(link.name),
        top_label=t(link.label.capitalize()),
        bottom_label=folder.singular if folder else None,
        on_click=visit.ask("open_record", id=link.id),
        button=end,
    )


def _undo(visit: Visit, record: Seen, parted: LinkedRecord) -> Widget:
    ends = {"record": record.id, "other": parted.id, "label": parted.label}
    back = button(t("Undo"), visit.tell("relink", **ends))
    return decorated_text(t("{name} is linked no more", name=parted.name), button=back)


def link_form(
    visit: Visit,
    *,
    record_id: str,
    folder_id: str = "",
    name: str = "",
    label: str = "",
    several: Sequence[Pick] = (),
    error: SidenoteError | None = None,
) -> Card:
    """`several`: the records that the name stands for, of which one is to be chosen."""
    folders = [one for one in visit.catalog.folders.values() if not one.archived_at and _is_known(visit, one.id)]
    chosen = folder_id or (folders[0].id if folders else "")
    options = [option(one.id, t(one.name), selected=one.id == chosen) for one in folders]
    save = visit.write("link", required=("name", "relation"), fields="name,relation", record=record_id)
    return card(
        section(
            *problem(error),
            *(_choice(visit, record_id, pick, label) for pick in several),
            dropdown("folder", *options, label=t("Where")),
            text_input("name", t("Record"), value=name, autocomplete=visit.call("suggest_linkable")),
            _label(label),
            button_list(button(t("Link"), run(save), filled=BRAND)),
        ),
        header=header(t("Link to another record")),
        name="link-form",
    )


def _label(label: str) -> Widget:
    usual = [t(one) for one in LABELS]
    return text_input("relation", t("How are they related?"), value=label, limit=MAX_LABEL, suggestions=usual)


def _choice(visit: Visit, record_id: str, pick: Pick, label: str) -> Widget:
    link = run(visit.write("link_picked", record=record_id, other=pick.id, label=label, fields="relation"))
    folder = visit.catalog.folders.get(pick.folder_id)
    words = " · ".join(filter(None, (folder.singular if folder else "", pick.detail)))
    return decorated_text(brief(pick.name), bottom_label=words or None, button=button(t("This one"), link))


def _is_known(visit: Visit, folder_id: str) -> bool:
    return visit.viewer.is_admin or visit.viewer.access.scope("read", folder_id) != "none"
