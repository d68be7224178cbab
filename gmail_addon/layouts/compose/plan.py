"""What happens once the mail being written is sent: logged or not, on which deal, and a reminder if nobody answers."""

from app.workspaces.access import is_writer
from gmail_addon.card_types import Action, Option, Section, Widget
from gmail_addon.cards import section
from gmail_addon.composing import Composing
from gmail_addon.inputs import MAX_OPTIONS, dropdown, option, switch
from gmail_addon.text import plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t
from sync.outgoing.plans import REMIND_DAYS

LOG, DEAL, REMIND = "log", "deal", "remind"
UNSAID = "unsaid"
"""Of a deal: Sidenote finds out by itself, as with any other mail."""
NEVER = "0"


def plan_section(visit: Visit, made: Composing) -> Section | None:
    """None while the mail is to nobody outside, or for those who may only look."""
    if not made.people or not is_writer(visit.viewer):
        return None
    save = visit.write("save_plan", fields=LOG)
    logging = made.plan.log
    row = decorated_text(
        t("Log on send"),
        bottom_label=_where(made),
        icon=icon("EMAIL"),
        switch=switch(LOG, selected=logging, on_change=save),
    )
    deals = [_deals(made, save)] if logging and made.deals else []
    return section(row, *deals, _remind(made, save), header=t("When you send it"))


def _where(made: Composing) -> str:
    if not made.plan.log:
        return t("Only in your mailbox")
    if made.deals or any(one.person or one.is_hidden or one.firm for one in made.people):
        return t("On the timelines of the recipients")
    return t("Once one of them is in Sidenote")


def chosen_deal(made: Composing) -> str:
    listed = {one.deal.id for one in made.deals}
    return next((id for id in (made.plan.deal_id, made.thread_deal) if id in listed and id), UNSAID)


def _deals(made: Composing, save: Action) -> Widget:
    chosen = chosen_deal(made)
    options = [
        option(
            one.deal.id,
            t("{deal}: {stage}", deal=plain(one.deal.name, 100), stage=t(one.deal.stage)),
            selected=one.deal.id == chosen,
        )
        for one in made.deals[: MAX_OPTIONS - 1]
    ]
    unsaid = option(UNSAID, t("Find out by itself"), selected=chosen == UNSAID)
    return dropdown(DEAL, unsaid, *options, label=t("Deal"), on_change=save)


def _remind(made: Composing, save: Action) -> Widget:
    options = [_days(days, made.plan.remind_days) for days in REMIND_DAYS]
    never = option(NEVER, t("Do not remind me"), selected=made.plan.remind_days is None)
    return dropdown(REMIND, never, *options, label=t("If nobody replies"), on_change=save)


def _days(days: int, chosen: int | None) -> Option:
    said = t("Remind me in 1 working day") if days == 1 else t("Remind me in {days} working days", days=days)
    return option(str(days), said, selected=days == chosen)
