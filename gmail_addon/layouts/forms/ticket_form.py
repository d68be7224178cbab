"""The form that makes a ticket of the open email."""

from dataclasses import dataclass

from app.core.errors import SidenoteError
from app.records.fields.choices import choices_of
from gmail_addon.card_types import Card, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.colleagues import colleague_input
from gmail_addon.inputs import dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.record_form import schema_for
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t
from models import Folder


@dataclass(frozen=True, slots=True)
class TicketDraft:
    subject: str = ""
    priority: str = ""
    assignee: str = ""


def ticket_form(visit: Visit, folder: Folder, draft: TicketDraft, *, error: SidenoteError | None = None) -> Card:
    save = visit.write("create_ticket", required=("subject",), fields="subject")
    return card(
        section(
            *problem(error),
            text_input("subject", t("Subject"), value=draft.subject, limit=200),
            *_priority(visit, folder, draft),
            colleague_input(visit, "assignee", t("Owner"), chosen=draft.assignee or visit.viewer.member_id),
            button_list(button(t("Create ticket"), run(save), filled=BRAND)),
        ),
        header=header(t("Ticket from this email")),
        name="ticket-form",
    )


def _priority(visit: Visit, folder: Folder, draft: TicketDraft) -> list[Widget]:
    schema = schema_for(visit, folder)
    if not schema.has("priority") or "priority" in schema.locked:
        return []
    field = schema.field("priority")
    chosen = draft.priority or field.default
    options = [option(one["value"], t(one["label"]), selected=one["value"] == chosen) for one in choices_of(field)]
    return [dropdown("priority", *options, label=t("Priority"))] if options else []
