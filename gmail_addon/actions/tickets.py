"""Tickets: made of the open email, once for each conversation."""

from sqlmodel import Session

from app.core.errors import InvalidInput, NotFound
from app.core.hot import reading
from app.timeline.tickets.on_card import tickets_on_thread
from gmail_addon.actions.mail import stored_message
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.colleagues import chosen_colleague
from gmail_addon.layouts.forms.deal_form import bare_subject
from gmail_addon.layouts.forms.ticket_form import TicketDraft, ticket_form
from gmail_addon.layouts.places import card_at
from gmail_addon.lookup import Opened, open_message
from gmail_addon.parameters import identifier
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import Folder
from sync.tickets import ticket_from_message


@shows("ticket_form")
def open_ticket_form(visit: Visit) -> Response:
    """The unsolved ticket that the conversation is on; without one, the form."""
    opened = open_message(visit)
    if opened is None:
        raise NotFound("Open an email first.")
    thread_id = opened.copy.thread_id if opened.copy else None
    with reading(visit.addon.engine) as reader:
        known = tickets_on_thread(reader, viewer=visit.viewer, thread_id=thread_id) if thread_id else []
    if known:
        there = push(card_at(visit, f"record:{identifier(known[0].id)}"))
        return render_action(there, notify=t("This conversation has a ticket already"))
    return render_action(push(ticket_form(visit, _folder(visit), TicketDraft(bare_subject(opened.subject)))))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    form = visit.event.form
    draft = TicketDraft(form.text("subject") or "", form.choice("priority") or "", form.choice("assignee") or "")
    return update(ticket_form(visit, _folder(visit), draft, error=error))


@writes("create_ticket", prepare=stored_message, again=_again)
def create(session: Session, visit: Visit, opened: Opened | None) -> Done:
    """About the customer in the email, whose conversation is on it from now on."""
    if opened is None or opened.copy is None or opened.copy.message_id is None:
        raise NotFound("Open an email first.")
    form = visit.event.form
    values = {
        "name": (form.text("subject") or "").strip(),
        "owner": chosen_colleague(visit, "assignee"),
        **({"priority": form.choice("priority")} if form.choice("priority") else {}),
    }
    ticket = ticket_from_message(session, viewer=visit.viewer, message_id=opened.copy.message_id, values=values)
    return Done(t("Ticket {number} created", number=ticket.data.get("number") or ""), at=f"record:{ticket.id}")


def _folder(visit: Visit) -> Folder:
    folder = visit.catalog.folder_of("ticket")
    if folder is None:
        raise NotFound("This workspace has no tickets.")
    return folder
