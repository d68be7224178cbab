"""Leads on cards: how qualified they are, where they came from, what they became, and the form that converts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.errors import SidenoteError
from app.core.hot import Reader
from app.records.around import links_around
from app.records.conversion import LABEL
from app.records.lead_rules import CONVERTED
from app.records.picking import Pick
from app.records.seen import Seen
from app.workspaces.access import may
from gmail_addon.card_types import Card, CardAction, Section, Widget
from gmail_addon.cards import card, card_action, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import check_boxes, dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, brief, problem
from gmail_addon.lookup import Opened
from gmail_addon.record_form import schema_for
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text
from gmail_addon.wording import day, t

NEW, WITH_DEAL = "new", "yes"


@dataclass(frozen=True, slots=True)
class ConversionDraft:
    """What the form holds. `several`: companies of the name that was typed, of which one is to be chosen."""

    record: str
    name: str = ""
    company: str = ""
    several: Sequence[Pick] = ()
    chosen: str = ""
    with_deal: bool = False
    deal: str = ""
    amount: str = ""
    stage: str = ""


def qualification_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """What a lead became (one statement), or a button that converts it, and since when it is qualified."""
    if record.kind != "lead":
        return None
    if record.status == CONVERTED:
        rows = [*_qualified(visit, record), *_became(visit, reader, record)]
    else:
        rows = [*_qualified(visit, record), *_converts(visit, record)]
    return section(*rows, header=t("Lead")) if rows else None


def convert_entry(visit: Visit, record: Seen) -> CardAction | None:
    return card_action(t("Convert"), visit.ask("convert_form", record=record.id)) if _can(visit, record) else None


def convert_form(visit: Visit, draft: ConversionDraft, *, error: SidenoteError | None = None) -> Card:
    typed = "name,company,with_deal,deal,amount"
    save = visit.write("convert_lead", required=("name",), fields=typed, record=draft.record)
    return card(
        section(
            *problem(error),
            text_input("name", t("Contact"), value=draft.name, limit=200),
            _company(visit, draft),
            *_choice(draft),
        ),
        section(*_deal(visit, draft), button_list(button(t("Convert"), run(save), filled=BRAND))),
        header=header(t("Convert lead")),
        name="convert-form",
    )


def _can(visit: Visit, record: Seen) -> bool:
    return record.kind == "lead" and record.status != CONVERTED and may(visit.viewer, "edit", record)


def _qualified(visit: Visit, record: Seen) -> list[Widget]:
    """As far as the viewer's roles show these fields."""
    schema = schema_for(visit, visit.catalog.folders[record.folder_id])
    today, rows = visit.now.astimezone(visit.zone).date(), []
    for key, label in (("mql_at", t("MQL since")), ("sql_at", t("SQL since"))):
        if schema.has(key) and (at := record.data.get(key)):
            on = datetime.fromisoformat(at).astimezone(visit.zone).date()
            rows.append(decorated_text(day(on, today), top_label=label))
    return rows


def _converts(visit: Visit, record: Seen) -> list[Widget]:
    if not _can(visit, record):
        return []
    return [button_list(button(t("Convert"), visit.ask("convert_form", record=record.id), filled=BRAND))]


def _became(visit: Visit, reader: Reader, record: Seen) -> list[Widget]:
    links = links_around(reader, viewer=visit.viewer, record_id=record.id)
    return [
        decorated_text(
            brief(link.name),
            top_label=t("Became"),
            bottom_label=visit.catalog.folders[link.folder_id].singular,
            on_click=visit.ask("open_record", id=link.id),
        )
        for link in links
        if link.label == LABEL and not link.inverse
    ]


def _company(visit: Visit, draft: ConversionDraft) -> Widget:
    hint = t("Made if it is new. Leave it empty for none.")
    asked = visit.call("suggest_companies")
    return text_input("company", t("Company"), value=draft.company, hint=hint, limit=200, autocomplete=asked)


def _choice(draft: ConversionDraft) -> list[Widget]:
    if not draft.several:
        return []
    options = [option(pick.id, pick.label, selected=pick.id == draft.chosen) for pick in draft.several]
    return [dropdown("company_id", *options, label=t("Which one?"))]


def _deal(visit: Visit, draft: ConversionDraft) -> list[Widget]:
    stages = [stage for stage in visit.first_stages() if stage.outcome == "open"]
    if not stages:
        return []
    chosen = draft.stage or stages[0].id
    return [
        check_boxes("with_deal", option(WITH_DEAL, t("With a deal"), selected=draft.with_deal), label=t("Deal")),
        text_input("deal", t("Deal name"), value=draft.deal, limit=200),
        text_input("amount", t("Amount in {currency}", currency=visit.currency), value=draft.amount),
        dropdown(
            "stage", *(option(one.id, t(one.name), selected=one.id == chosen) for one in stages), label=t("Stage")
        ),
    ]
