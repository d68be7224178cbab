"""Logging the open email, taking it off, keeping it private, and never logging its like."""

from sqlmodel import Session

from app.core.errors import Conflict, InvalidInput, NotFound
from gmail_addon.actions.registry import Done, writes
from gmail_addon.lookup import Copy, Opened, open_message
from gmail_addon.parameters import parameter
from gmail_addon.visit import Visit
from gmail_addon.wording import listed, t
from sync import by_hand
from sync.ondemand import fetch_now


def stored_message(visit: Visit) -> Opened:
    """The open message, fetched into the store if it is not there: a person wants it, so no filter applies."""
    opened = open_message(visit)
    if opened is None:
        raise NotFound("Open an email first.")
    if opened.is_stored:
        return opened
    if opened.copy is None and opened.headers is None:
        raise Conflict("Gmail could not be asked about this email: try again in a moment.")
    mailbox_id = opened.copy.mailbox_id if opened.copy else visit.here.id
    addon = visit.addon
    if not fetch_now(addon.engine, addon.settings, mailbox_id=mailbox_id, gmail_id=opened.gmail_id, forced=True):
        raise Conflict("Sidenote is fetching this email: try again in a moment.")
    fetched = open_message(visit)
    if fetched is None or not fetched.is_stored:
        raise Conflict("This email could not be stored: try again in a moment.")
    return fetched


@writes("log", prepare=stored_message)
def log(session: Session, visit: Visit, opened: Opened | None) -> Done:
    """On every record of the people in it that the viewer may see, on their companies and its thread's records."""
    copy = _copy(opened)
    if opened and opened.logged_to and not copy.unlogged:
        return Done(t("Logged to {names}", names=listed([home.name for home in opened.logged_to if home.name])))
    records = opened.loggable if opened else {}
    if not records:
        raise InvalidInput("Nobody in this email is in Sidenote yet: create a contact first.")
    by_hand.log_message(session, viewer=visit.viewer, message_id=copy.message_id or "", record_ids=list(records))
    return Done(t("Logged to {names}", names=listed(list(records.values()))))


@writes("unlog", prepare=open_message)
def unlog(session: Session, visit: Visit, opened: Opened | None) -> Done:
    by_hand.unlog_message(session, viewer=visit.viewer, message_id=_copy(opened).message_id or "")
    return Done(t("Taken off every timeline"))


def _switched(visit: Visit) -> str:
    return "on" if visit.event.form.choices("private") else "off"


@writes("set_private", prepare=open_message, choice=_switched)
def set_private(session: Session, visit: Visit, opened: Opened | None) -> Done:
    copy, private = _copy(opened), _switched(visit) == "on"
    by_hand.set_private(
        session, viewer=visit.viewer, mailbox_id=copy.mailbox_id, gmail_id=copy.gmail_id, private=private
    )
    return Done(t("Only you see what this email says") if private else t("Colleagues may read this email"))


@writes("never_log")
def never_log(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    kind, value = parameter(visit, "kind"), parameter(visit, "value")
    exclusion = by_hand.exclude(session, viewer=visit.viewer, kind=kind, value=value, workspace_wide=False)
    return Done(t("New mail with {value} stays out of Sidenote", value=exclusion.value))


def _copy(opened: Opened | None) -> Copy:
    if opened is None or opened.copy is None or opened.copy.message_id is None:
        raise NotFound("This email is not in Sidenote: log it first.")
    return opened.copy
