"""What I had on a card last; until there is something, whom I wrote with."""

from app.core.hot import Reader
from gmail_addon.card_types import Section
from gmail_addon.cards import section
from gmail_addon.home_reads import recently_seen
from gmail_addon.layouts.home.record_row import one_called, record_row
from gmail_addon.layouts.parts import brief
from gmail_addon.reads import my_recent_people
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t, when

UNFOLDED = 3


def seen_section(visit: Visit, reader: Reader) -> Section | None:
    """One statement; two where nothing was seen yet."""
    rows = [
        record_row(
            visit,
            record,
            below=f"{one_called(visit, record.folder_id)} · {when(record.seen_at, visit.now, visit.zone)}",
        )
        for record in recently_seen(reader, viewer=visit.viewer)
    ]
    return section(*rows, header=t("Recently seen"), shown=UNFOLDED) if rows else _active_section(visit, reader)


def _active_section(visit: Visit, reader: Reader) -> Section | None:
    rows = [
        decorated_text(
            brief(person.name),
            icon=icon("PERSON"),
            bottom_label=when(person.last_activity_at, visit.now, visit.zone),
            on_click=visit.ask("open_record", id=person.id),
        )
        for person in my_recent_people(reader, viewer=visit.viewer)
    ]
    return section(*rows, header=t("Recently active"), shown=UNFOLDED) if rows else None
