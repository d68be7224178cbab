"""The status of a ticket or lead: changed in one click, and the form for a status that needs a reason."""

from app.core.errors import SidenoteError
from app.core.hot import Reader
from app.records.fields.choices import choices_of
from app.records.lead_rules import CONVERTED
from app.records.seen import Seen
from app.workspaces.access import may
from gmail_addon.card_types import Card, Section
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import MAX_OPTIONS, dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.lookup import Opened
from gmail_addon.record_form import schema_for
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text
from gmail_addon.wording import t

STATUS = "status"
KINDS = ("ticket", "lead")


def status_section(visit: Visit, _reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """A dropdown where the viewer may change it, else what it is; no statement."""
    schema = schema_for(visit, visit.catalog.folders[record.folder_id])
    if record.kind not in KINDS or not schema.has(STATUS):
        return None
    if not may(visit.viewer, "edit", record) or STATUS in schema.locked or record.status == CONVERTED:
        return section(decorated_text(t(record.status), top_label=t("Status"))) if record.status else None
    known = [choice for choice in choices_of(schema.field(STATUS)) if choice["value"] != CONVERTED][:MAX_OPTIONS]
    options = [option(one["value"], t(one["label"]), selected=one["value"] == record.status) for one in known]
    moving = visit.write("set_status", record=record.id)
    return section(dropdown(f"status.{record.id}", *options, label=t("Status"), on_change=moving))


def reason_form(
    visit: Visit, *, record_id: str, status: str, reason: str = "", error: SidenoteError | None = None
) -> Card:
    save = visit.write("set_status", required=("reason",), fields="reason", record=record_id, status=status)
    return card(
        section(
            *problem(error),
            text_input("reason", t("Why?"), value=reason, limit=200),
            button_list(button(t("Save"), run(save), filled=BRAND)),
        ),
        header=header(t(status)),
        name="reason-form",
    )
