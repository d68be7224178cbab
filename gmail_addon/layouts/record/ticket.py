"""A ticket on cards: its clocks, and making one of an email."""

from datetime import timedelta

from app.core.hot import Reader
from app.records.seen import Seen
from app.timeline.tickets.on_card import ticket_standing
from app.timeline.tickets.standing import Side, Standing
from app.workspaces.access import may_create
from gmail_addon.card_types import CardAction, Section
from gmail_addon.cards import card_action, section
from gmail_addon.lookup import Opened
from gmail_addon.text import AMBER, GREEN, GREY, RED, color
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text
from gmail_addon.wording import t, when

COLORS = {"breached": RED, "due_soon": AMBER, "ok": GREEN}


def clock_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """How soon a ticket is to be answered and solved; one statement."""
    if record.kind != "ticket":
        return None
    standing = ticket_standing(reader, viewer=visit.viewer, ticket=record)
    if standing is None:
        return None
    rows = [
        decorated_text(clock_words(visit, standing, standing.first_response), top_label=t("First answer")),
        decorated_text(clock_words(visit, standing, standing.resolution), top_label=t("Solution")),
    ]
    if standing.paused_at:
        since = when(standing.paused_at, visit.now, visit.zone)
        rows.append(decorated_text(color(t("The clocks stand still since {when}", when=since), GREY)))
    return section(*rows, header=t("Promised"))


def ticket_entry(visit: Visit, record: Seen) -> CardAction | None:
    """Makes one of the open email, where the viewer may."""
    folder = visit.catalog.folder_of("ticket")
    if visit.event.message is None or record.kind == "ticket":
        return None
    if folder is None or not may_create(visit.viewer, folder.id):
        return None
    return card_action(t("Ticket from this email"), visit.ask("ticket_form"))


def clock_words(visit: Visit, standing: Standing, side: Side) -> str:
    """`due in 2 h`, `overdue by 1 day`, `in time` or `too late`, in the colour of how that stands."""
    if side.at:
        return color(t("too late"), RED) if side.state == "breached" else color(t("in time"), GREEN)
    left = side.due_at - (standing.paused_at or visit.now)
    if left < timedelta():
        return color(t("overdue by {time}", time=span(-left)), RED)
    return color(t("due in {time}", time=span(left)), GREY if standing.paused_at else COLORS[side.state])


def span(time: timedelta) -> str:
    """In minutes, hours or days, whichever is the largest of which it has one."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return t("{count} min", count=minutes)
    if minutes < 24 * 60:
        return t("{count} h", count=minutes // 60)
    days = minutes // (24 * 60)
    return t("1 day") if days == 1 else t("{count} days", count=days)
