"""A mailbox in the settings: what of it is in Sidenote, how far the import is, what went wrong, and who sees it."""

from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.clicks import open_link
from gmail_addon.context import connect_url
from gmail_addon.inputs import switch
from gmail_addon.layouts.frame import RECONNECT
from gmail_addon.layouts.settings.sync_state import sync_words
from gmail_addon.text import AMBER, RED, color, lines, plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon
from gmail_addon.wording import number, t, when
from sync.settings import COUNTED_UP_TO, MailboxSettings

PRIVATE = "private"
"""What the names of the switches begin with; the mailbox's id follows."""
TOMORROW, RESUMED = "tomorrow", "resumed"
"""Until when logging is paused: until that day begins, or until its owner goes on."""
ERROR_LENGTH = 160


def mailbox_section(visit: Visit, box: MailboxSettings) -> Section:
    rows = [_state(visit, box), _problem(box), _kept(box), *_pause(visit, box), _privacy(visit, box)]
    return section(*[row for row in rows if row], header=box.address)


def _state(visit: Visit, box: MailboxSettings) -> Widget:
    again = open_link(connect_url(visit.addon, visit.user), reload=True)
    return decorated_text(
        sync_words(visit, box),
        icon=icon("EMAIL", t("Sync")),
        bottom_label=_progress(box),
        button=button(t("Reconnect"), again) if box.state == RECONNECT else None,
    )


def _progress(box: MailboxSettings) -> str:
    stored = _number(box.stored)
    if box.waiting:
        return t("{stored} emails are in, {waiting} more to fetch", stored=stored, waiting=_number(box.waiting))
    return t("1 email is in") if box.stored == 1 else t("{stored} emails are in", stored=stored)


def _number(count: int) -> str:
    return f"{number(count)}+" if count >= COUNTED_UP_TO else number(count)


def _problem(box: MailboxSettings) -> Widget | None:
    """What Google said last, and what is to be done about it."""
    if not box.last_error:
        return None
    if box.state == RECONNECT:
        remedy = t("Nothing new arrives until you reconnect. What is stored stays.")
    else:
        remedy = t("You need not do anything: Sidenote tries again by itself.")
    said = color(t("Last problem: {problem}", problem=plain(box.last_error, ERROR_LENGTH)), RED)
    return decorated_text(lines(said, remedy))


def _kept(box: MailboxSettings) -> Widget:
    kept = {
        "known": t("Mail with people who are in Sidenote"),
        "labelled": t("Mail under the label that you chose"),
    }
    everything = t("All mail with people outside the team")
    never = t("Never spam, drafts, or mail among colleagues")
    return decorated_text(kept.get(box.mode, everything), top_label=t("What is imported"), bottom_label=never)


def _pause(visit: Visit, box: MailboxSettings) -> list[Widget]:
    """Whether mail of now stays out, and the buttons that change it."""
    if box.paused is None:
        tomorrow = visit.tell("pause_logging", mailbox=box.id, until=TOMORROW)
        on = visit.tell("pause_logging", mailbox=box.id, until=RESUMED)
        about = t("What comes during a pause stays out for good.")
        return [
            decorated_text(t("New mail is logged"), bottom_label=about, icon=icon("BOOKMARK", t("Logging"))),
            button_list(button(t("Pause until tomorrow"), tomorrow), button(t("Pause"), on)),
        ]
    end = box.paused.end
    words = (
        t("Logging is paused until {when}", when=when(end, visit.now, visit.zone)) if end else t("Logging is paused")
    )
    resume = button(t("Go on"), visit.tell("resume_logging", mailbox=box.id))
    return [decorated_text(color(words, AMBER), icon=icon("BOOKMARK", t("Logging")), button=resume)]


def _privacy(visit: Visit, box: MailboxSettings) -> Widget:
    change = visit.write("set_private_default", mailbox=box.id)
    return decorated_text(
        t("Private mode"),
        bottom_label=t("Colleagues see that there is new mail of yours, not what it says."),
        switch=switch(f"{PRIVATE}.{box.id}", selected=box.private, on_change=change),
    )
