"""Views: opened, paged through, kept at hand or not."""

from sqlmodel import Session

from app.core.database import confine, transaction
from app.records.pin_counts import count_pins
from app.records.views import get_view, pin_view, unpin_view
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.home.views import VIEW, VIEWS, view_card
from gmail_addon.layouts.places import card_at
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.responses import Response, push, render_action
from gmail_addon.visit import Visit
from gmail_addon.wording import t


@shows("views")
def open_views(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"{VIEWS}:")))


@shows("view")
def open_view(visit: Visit) -> Response:
    """Its first records, or those that follow the cursor of a page."""
    view_id = id_parameter(visit, "id")
    if "cursor" not in visit.event.parameters:
        return render_action(push(card_at(visit, f"{VIEW}:{view_id}")))
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        page = view_card(
            session, visit.standing(f"{VIEW}:{view_id}"), view_id=view_id, cursor=parameter(visit, "cursor")
        )
        return render_action(push(page))


@writes("pin_view")
def pin(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """With its count, so that the homepage has it at once."""
    view_id = id_parameter(visit, "id")
    pin_view(session, viewer=visit.viewer, view_id=view_id)
    session.flush()
    count_pins(session, viewer=visit.viewer)
    return Done(t("Pinned to your homepage: {name}", name=get_view(session, viewer=visit.viewer, view_id=view_id).name))


@writes("unpin_view")
def unpin(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    view_id = id_parameter(visit, "id")
    unpin_view(session, viewer=visit.viewer, view_id=view_id)
    return Done(t("Not pinned any more: {name}", name=get_view(session, viewer=visit.viewer, view_id=view_id).name))
