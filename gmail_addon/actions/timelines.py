"""A record's timeline, page by page, and by what the person chose to see of it."""

from app.core.database import confine, transaction
from app.core.errors import InvalidInput
from app.records.service import get_record
from app.timeline.pages import Wanted, timeline_page
from gmail_addon.actions.registry import shows
from gmail_addon.card_types import Card
from gmail_addon.layouts.record.timeline import EVERYBODY, EVERYTHING, PAGE, SORTS, Choice, timeline_card
from gmail_addon.parameters import id_parameter, identifier
from gmail_addon.responses import Response, push, render_action, update
from gmail_addon.visit import Visit


@shows("timeline")
def timeline(visit: Visit) -> Response:
    """The first page, or the one that the button leads to."""
    given = visit.event.parameters
    choice = Choice(given.get("sort", EVERYTHING), given.get("person", EVERYBODY), given.get("cursor", ""))
    return render_action(push(_card(visit, choice)))


@shows("filter_timeline")
def filter_timeline(visit: Visit) -> Response:
    form = visit.event.form
    choice = Choice(form.choice("sort") or EVERYTHING, form.choice("person") or EVERYBODY)
    return render_action(update(_card(visit, choice)))


def _card(visit: Visit, choice: Choice) -> Card:
    """Five statements at most."""
    if choice.sort not in SORTS:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="sort")
    record_id = id_parameter(visit, "record")
    person = None if choice.person == EVERYBODY else identifier(choice.person)
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        page = timeline_page(
            session,
            viewer=visit.viewer,
            record_id=record_id,
            wanted=Wanted(types=SORTS[choice.sort], person=person),
            cursor=choice.cursor or None,
            limit=PAGE,
        )
        name = get_record(session, viewer=visit.viewer, record_id=record_id).name
    return timeline_card(visit, record_id=record_id, name=name, page=page, choice=choice)
