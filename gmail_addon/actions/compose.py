"""The mail being written: texts put into it, its recipients made contacts, and what is to happen once it is sent."""

from html import escape

from sqlmodel import Session

from app.core.errors import InvalidInput, NotFound
from app.core.hot import reader_of, reading
from app.core.locks import hold
from app.mail.values import known_fields
from app.records.identity import contacts_lock
from app.records.seen import seen_by_id
from gmail_addon.actions.contacts import contacts_of
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.composing import composing
from gmail_addon.draft import Draft
from gmail_addon.layouts.compose.card import drawn
from gmail_addon.layouts.compose.plan import DEAL, LOG, NEVER, REMIND, UNSAID
from gmail_addon.layouts.compose.texts import FIELD
from gmail_addon.lookup import Attendee, Opened, attendees
from gmail_addon.parameters import identifier, parameter
from gmail_addon.responses import Response, autocomplete, draft_body, render_action, update, update_draft
from gmail_addon.snippet_choice import SNIPPET, chosen_snippet, filled, suggested
from gmail_addon.visit import Visit
from gmail_addon.wording import listed, t
from sync.outgoing.plans import save_plan


@shows("suggest_snippets")
def suggest_snippets(visit: Visit) -> Response:
    with reading(visit.addon.engine) as reader:
        return autocomplete(*suggested(visit, reader, visit.event.form.text(SNIPPET) or ""))


@shows("insert_snippet")
def insert_snippet(visit: Visit) -> Response:
    """At the cursor; but what is missing for it is shown first."""
    _draft(visit)
    with reading(visit.addon.engine) as reader:
        made = composing(visit, reader)
        snippet = chosen_snippet(visit, reader, made)
        if snippet is None:
            raise InvalidInput(t("Snippet: choose one from the list."), field=SNIPPET)
        said = filled(visit, made, snippet.text)
        if said.missing and visit.event.parameters.get("shown") != snippet.id:
            unknown = t("Not known: {fields}", fields=listed(list(said.missing), most=5))
            return render_action(update(drawn(visit, reader, made)), notify=unknown)
    html = escape(said.text).replace("\r\n", "\n").replace("\n", "<br>")
    return render_action(draft=update_draft(body=draft_body(html, html=True)))


@shows("insert_field")
def insert_field(visit: Visit) -> Response:
    _draft(visit)
    record_id, _, key = (visit.event.form.choice(FIELD) or "").partition(":")
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=identifier(record_id))
    fields = known_fields(visit.catalog, viewer=visit.viewer, formats=visit.formats, record=record) if record else ()
    for one in fields:
        if one.key == key:
            return render_action(draft=update_draft(body=draft_body(one.value, html=False)))
    raise NotFound("This field is empty by now, or you have no access to it: refresh the card.")


@writes("add_recipient")
def add_recipient(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """A contact for someone whom the mail is to, at the company of their domain."""
    hold(session, contacts_lock(visit.viewer.workspace_id))
    attendee = _recipient(session, visit, parameter(visit, "address"))
    if not contacts_of(session, visit, [attendee], company=None):
        raise NotFound("This person is in Sidenote already, out of your sight.")
    return Done(t("{name} is now in Sidenote", name=attendee.name))


def _recipient(session: Session, visit: Visit, address: str) -> Attendee:
    for attendee in attendees(visit, reader_of(session), _draft(visit).people):
        if attendee.address == address:
            return attendee
    raise NotFound("This mail is not to them any more: refresh the recipients.")


def _wanted(visit: Visit) -> str:
    """What tells one change of the plan from the others."""
    form = visit.event.form
    log = "log" if form.choices(LOG) else "unlogged"
    return ":".join((log, form.choice(DEAL) or UNSAID, form.choice(REMIND) or NEVER, _draft(visit).digest))


@writes("save_plan", choice=_wanted)
def save(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """What the inputs say together, for the recipients of now."""
    form, draft = visit.event.form, _draft(visit)
    deal, days = form.choice(DEAL) or UNSAID, form.choice(REMIND) or NEVER
    people = attendees(visit, reader_of(session), draft.people) if draft.people else ()
    names = listed([one.name for one in people], most=1)
    plan = save_plan(
        session,
        viewer=visit.viewer,
        recipients=draft.digest,
        log=bool(form.choices(LOG)),
        deal_id=None if deal == UNSAID else identifier(deal),
        remind_days=None if days == NEVER else _days(days),
        reminder=t("Follow up with {name}", name=names),
    )
    return Done(t("Saved for when you send it") if plan.log else t("This mail will not be logged"))


def _days(days: str) -> int:
    if not (days.isascii() and days.isdigit() and len(days) < 4):
        raise InvalidInput("This button is out of date: refresh the card and try again.", field=REMIND)
    return int(days)


def _draft(visit: Visit) -> Draft:
    if visit.draft is None:
        raise NotFound("Open this card beside a mail that you are writing.")
    return visit.draft
