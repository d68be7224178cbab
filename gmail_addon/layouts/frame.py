"""What stands above the content of every card: the end of Gmail access, and what is known of the open email."""

from gmail_addon.card_types import Section
from gmail_addon.cards import section
from gmail_addon.clicks import open_link
from gmail_addon.context import connect_url
from gmail_addon.layouts.mail.log_state import log_section
from gmail_addon.layouts.mail.thread import thread_section
from gmail_addon.lookup import Opened
from gmail_addon.text import RED, color
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, decorated_text, icon
from gmail_addon.wording import t

RECONNECT = "reconnect"


def top(visit: Visit, opened: Opened | None) -> list[Section]:
    around = (log_section(visit, opened), thread_section(visit, opened)) if opened else ()
    return [*reconnect_sections(visit), *filter(None, around)]


def reconnect_sections(visit: Visit) -> list[Section]:
    """Cards go on working from the store; this says that nothing new arrives in it."""
    if all(box.state != RECONNECT for box in visit.boxes):
        return []
    again = open_link(connect_url(visit.addon, visit.user), reload=True)
    line = color(t("Gmail access ended: reconnect"), RED)
    return [section(decorated_text(line, icon=icon("EMAIL"), button=button(t("Reconnect"), again)))]
