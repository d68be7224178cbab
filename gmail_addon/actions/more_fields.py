"""From the short form of a new contact or deal to that of all fields, with what was entered so far."""

from collections.abc import Mapping

from app.core.errors import NotFound
from app.core.hot import reading
from app.workspaces.access import require_create
from gmail_addon.actions.contacts import contact_draft
from gmail_addon.actions.deals import NEW_COMPANY, deal_draft
from gmail_addon.actions.registry import shows
from gmail_addon.form_making import new_form
from gmail_addon.layouts.forms.deal_form import NO_COMPANY
from gmail_addon.responses import Response, push, render_action
from gmail_addon.visit import Visit


@shows("more_contact_fields")
def more_contact_fields(visit: Visit) -> Response:
    draft = contact_draft(visit)
    return _whole_form(
        visit,
        "contact",
        {
            "name": draft.name,
            "email": draft.email,
            "title": draft.title,
            "phone": draft.phone,
            "company": draft.firm.id if draft.firm else draft.company,
        },
    )


@shows("more_deal_fields")
def more_deal_fields(visit: Visit) -> Response:
    """People who are no contacts yet are not on it: they become contacts when it is saved."""
    draft = deal_draft(visit)
    new = next((firm.name for firm in draft.firms if firm.id == draft.company and firm.id.startswith(NEW_COMPANY)), "")
    return _whole_form(
        visit,
        "deal",
        {
            "name": draft.name,
            "company": new or draft.company.replace(NO_COMPANY, ""),
            "stage": draft.stage,
            "amount": draft.amount,
            "close_on": draft.close_on.isoformat() if draft.close_on else "",
            "contacts": " ".join(draft.contacts),
        },
    )


def _whole_form(visit: Visit, kind: str, presets: Mapping[str, str]) -> Response:
    folder = visit.catalog.folder_of(kind)
    if folder is None:
        raise NotFound("This folder does not exist, or you have no access to it.")
    require_create(visit.viewer, folder.id)
    with reading(visit.addon.engine) as reader:
        form = new_form(visit, reader, folder=folder, presets=presets, takes_mail=visit.event.message is not None)
    return render_action(push(form))
