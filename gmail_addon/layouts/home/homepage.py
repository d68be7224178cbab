"""Layout F: the homepage. What I have to do, who waits for me, how my deals stand, and the ways to everything else."""

from app.core.hot import Reader
from app.workspaces.access import is_writer, may_create
from gmail_addon.card_types import Button, Card, Section, Widget
from gmail_addon.cards import card, card_action, header, section
from gmail_addon.home_reads import my_work, waiting_for_me
from gmail_addon.layouts.frame import reconnect_sections
from gmail_addon.layouts.home.my_day import closing_section, leads_section, stale_section, waiting_section
from gmail_addon.layouts.home.pinned import pinned_section
from gmail_addon.layouts.home.pipeline import pipeline_section
from gmail_addon.layouts.home.search import search_widgets
from gmail_addon.layouts.home.seen import seen_section
from gmail_addon.layouts.parts import BRAND, task_widgets
from gmail_addon.layouts.settings.sync_state import sync_row
from gmail_addon.reads import my_due_tasks
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon
from gmail_addon.wording import t


def home_card(visit: Visit, reader: Reader) -> Card:
    """At most seven statements."""
    parts = [
        *reconnect_sections(visit),
        section(*search_widgets(visit)),
        *_my_day(visit, reader),
        pipeline_section(visit, reader),
        pinned_section(visit, reader),
        seen_section(visit, reader),
        _create(visit),
        section(*[sync_row(visit, box) for box in visit.boxes], header=t("Your mail")),
    ]
    return card(
        *[part for part in parts if part],
        header=header(t("Hello, {name}", name=visit.viewer.name.split()[0])),
        actions=[
            card_action(t("Views"), visit.ask("views")),
            card_action(t("Settings"), visit.ask("settings")),
            card_action(t("Refresh"), visit.ask("refresh")),
        ],
    )


def _my_day(visit: Visit, reader: Reader) -> list[Section]:
    """What asks for something; what does not is left out. On a quiet day, that it is quiet."""
    tasks, work = my_due_tasks(reader, visit=visit), my_work(reader, visit=visit)
    parts = [
        section(*task_widgets(visit, tasks), header=t("Today")) if tasks else None,
        waiting_section(visit, waiting_for_me(reader, visit=visit)),
        closing_section(visit, work.closing),
        stale_section(visit, work.stale),
        leads_section(visit, work.leads),
    ]
    return [part for part in parts if part] or [section(_quiet())]


def _quiet() -> Widget:
    said = t("Nothing is due, and nobody waits for you.")
    return decorated_text(said, icon=icon("STAR"), bottom_label=t("Tasks, deals and mail that need you show up here."))


def _create(visit: Visit) -> Section | None:
    """A button for each kind that the viewer may make, and for a task."""
    from gmail_addon.actions.registry import SHOWS  # the actions draw cards, this one among them

    ways = (
        ("contact", t("New contact"), "contact_form"),
        ("deal", t("New deal"), "deal_form"),
        ("company", t("New company"), "new_record"),
        ("lead", t("New lead"), "new_record"),
        ("ticket", t("New ticket"), "new_record"),
    )
    buttons: list[Button] = []
    for kind, label, form in ways:
        folder = visit.catalog.folder_of(kind)
        if folder and form in SHOWS and may_create(visit.viewer, folder.id):
            buttons.append(button(label, visit.ask(form, folder=folder.id), filled=None if buttons else BRAND))
    if is_writer(visit.viewer):
        buttons.append(button(t("New task"), visit.ask("task_form")))
    return section(button_list(*buttons), header=t("Create")) if buttons else None
