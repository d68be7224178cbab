"""How the sync of a mailbox is doing, in a line."""

from gmail_addon.card_types import Widget
from gmail_addon.layouts.frame import RECONNECT
from gmail_addon.visit import Box, Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t, when
from sync.settings import MailboxSettings


def sync_row(visit: Visit, box: Box) -> Widget:
    return decorated_text(sync_words(visit, box), icon=icon("EMAIL"), bottom_label=box.address)


def sync_words(visit: Visit, box: Box | MailboxSettings) -> str:
    states = {
        "new": t("Your mail will be imported in a moment"),
        "backfill": t("Importing your mail, newest first"),
        "resync": t("Comparing with Gmail to be sure that nothing is missing"),
        RECONNECT: t("Waiting for you to reconnect Gmail"),
    }
    if box.state in states:
        return states[box.state]
    if box.paused_until and box.paused_until > visit.now:
        return t("Gmail asked us to wait until {time}", time=when(box.paused_until, visit.now, visit.zone))
    if box.synced_at:
        return t("Up to date, checked {time}", time=when(box.synced_at, visit.now, visit.zone))
    return t("Up to date")
