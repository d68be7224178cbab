"""Search: suggestions while somebody types, the record that was picked, or the card of what was found."""

from app.core.database import confine, transaction
from app.timeline.search.box import search
from gmail_addon.actions.registry import shows
from gmail_addon.layouts.home.search import PLACE, results_card
from gmail_addon.layouts.places import card_at
from gmail_addon.parameters import parameter
from gmail_addon.responses import Response, autocomplete, push, render_action, update
from gmail_addon.search import picked, suggested, typed
from gmail_addon.visit import Visit
from gmail_addon.wording import t

PAGE = 12


@shows("suggest_search")
def suggest_search(visit: Visit) -> Response:
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        return autocomplete(*suggested(session, visit, typed(visit)))


@shows("search")
def find(visit: Visit) -> Response:
    """A suggestion that was picked opens its record; anything else, what is found for it."""
    text = typed(visit)
    if not text:
        return render_action(notify=t("Type a name, an address or a word to look for."))
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        record_id = picked(session, visit, text)
        if record_id is None:
            hits = search(session, viewer=visit.viewer, text=text, limit=PAGE)
            found = results_card(session, visit.standing(PLACE), text=text, hits=hits)
            return render_action(update(found) if visit.at == PLACE else push(found))
    return render_action(push(card_at(visit, f"record:{record_id}")))


@shows("search_more")
def find_more(visit: Visit) -> Response:
    text = parameter(visit, "text")
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        hits = search(session, viewer=visit.viewer, text=text, limit=PAGE, cursor=parameter(visit, "cursor"))
        return render_action(push(results_card(session, visit.standing(PLACE), text=text, hits=hits)))
