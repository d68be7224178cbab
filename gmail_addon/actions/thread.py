"""Which deal the open conversation is about, as people say."""

from sqlmodel import Session

from app.core.errors import InvalidInput, NotFound
from app.core.hot import reader_of, reading
from app.records.picking import Goal, meant, suggested
from app.records.service import get_record
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.mail.deal_choice import DEAL_NAME, deal_choice
from gmail_addon.layouts.mail.thread import NO_DEAL
from gmail_addon.lookup import Opened, open_message
from gmail_addon.parameters import identifier, parameter
from gmail_addon.responses import Navigation, Response, autocomplete, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from sync.attribution.choosing import choose_deal

DEALS = Goal(kind="deal")


@shows("deal_choice")
def open_deal_choice(visit: Visit) -> Response:
    return render_action(push(deal_choice(visit)))


@shows("suggest_deals")
def suggest_deals(visit: Visit) -> Response:
    with reading(visit.addon.engine) as reader:
        found = suggested(reader, viewer=visit.viewer, goal=DEALS, text=_typed(visit))
    return autocomplete(*(pick.label for pick in found))


@writes("choose_deal", prepare=open_message)
def choose(session: Session, visit: Visit, opened: Opened | None) -> Done:
    """This deal for the thread, or none; what is said counts for its people's other threads, too."""
    return _choose(session, visit, opened, parameter(visit, "deal"))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    """The form, with the deals that may have been meant."""
    typed = _typed(visit)
    with reading(visit.addon.engine) as reader:
        several = meant(reader, viewer=visit.viewer, goal=DEALS, text=typed)
    return update(deal_choice(visit, typed=typed, several=several, error=error))


@writes("choose_deal_on_form", prepare=open_message, again=_again)
def choose_on_form(session: Session, visit: Visit, opened: Opened | None) -> Done:
    """The deal of the button that was pressed, else the one that is named."""
    if "deal" in visit.event.parameters:
        return _choose(session, visit, opened, parameter(visit, "deal"))
    found = meant(reader_of(session), viewer=visit.viewer, goal=DEALS, text=_typed(visit))
    if not found:
        raise InvalidInput(t("Deal: write the name of one, or choose a suggestion."), field=DEAL_NAME)
    if len(found) > 1:
        raise InvalidInput(t("Several deals have this name: choose one."), field=DEAL_NAME)
    return _choose(session, visit, opened, found[0].id)


def _choose(session: Session, visit: Visit, opened: Opened | None, wanted: str) -> Done:
    deal_id = None if wanted == NO_DEAL else identifier(wanted)
    if opened is None or opened.copy is None or opened.copy.thread_id is None:
        raise NotFound("This email is not in Sidenote: log it first.")
    choose_deal(session, viewer=visit.viewer, thread_id=opened.copy.thread_id, deal_id=deal_id)
    if deal_id is None:
        return Done(t("This conversation is on no deal"), at="")
    deal = get_record(session, viewer=visit.viewer, record_id=deal_id)
    return Done(t("This conversation is on {deal}", deal=deal.name), at="")


def _typed(visit: Visit) -> str:
    return (visit.event.form.text(DEAL_NAME) or "").strip()
