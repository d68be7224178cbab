"""Settings: how the sync of my mailboxes is doing, what is logged and who sees it, and in which language."""

from sqlmodel import Session

from app.core.errors import SidenoteError
from app.workspaces.languages import LANGUAGES
from app.workspaces.policy import CONTACT_POLICIES, contact_policy
from gmail_addon.card_types import Card, Section, Widget
from gmail_addon.cards import card, card_action, header, section
from gmail_addon.clicks import open_link
from gmail_addon.inputs import dropdown, option
from gmail_addon.layouts.frame import reconnect_sections
from gmail_addon.layouts.settings.mailbox import mailbox_section
from gmail_addon.layouts.settings.never import never_section
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon
from gmail_addon.wording import t
from models import Member
from sync.settings import my_mailboxes

SETTINGS, LIFTED = "settings", "settings-lifted"
"""The card's places on the stack: the latter offers to keep out again what was let in."""
LANGUAGE, POLICY = "language", "policy"
FOLLOW_GMAIL = "gmail"


def settings_card(
    session: Session, visit: Visit, *, lifted: str = "", typed: str = "", error: SidenoteError | None = None
) -> Card:
    """Three statements. `lifted` is what was just let in again, as in `mine jo@example.com`; `typed`, what was refused
    with the error."""
    return card(
        *reconnect_sections(visit),
        *[mailbox_section(visit, box) for box in my_mailboxes(session, viewer=visit.viewer)],
        _policy(session, visit),
        never_section(session, visit, lifted=lifted, typed=typed, error=error),
        _language(visit, session.get_one(Member, visit.viewer.member_id).language),
        *_cards(visit),
        header=header(t("Settings"), subtitle=visit.user.email),
        name=SETTINGS,
        actions=[card_action(t("Refresh"), visit.ask("refresh"))],
    )


def _policy(session: Session, visit: Visit) -> Section:
    """Who becomes a contact by mail alone: the workspace's decision, which its admins make."""
    said = {
        "sent": t("People we wrote to"),
        "sent_and_received": t("People we wrote to, and who wrote to us"),
        "none": t("Nobody"),
    }
    now = contact_policy(session, viewer=visit.viewer)
    if visit.viewer.is_admin:
        options = [option(one, said[one], selected=one == now) for one in CONTACT_POLICIES]
        row = dropdown(POLICY, *options, label=t("Who becomes a contact"), on_change=visit.write("set_contact_policy"))
    else:
        row = decorated_text(
            said[now],
            top_label=t("Who becomes a contact"),
            bottom_label=t("Your admin decides this for everybody."),
            icon=icon("PERSON"),
        )
    return section(row, header=t("New contacts from mail"))


def _language(visit: Visit, chosen: str) -> Section:
    options = [option(FOLLOW_GMAIL, t("Same as Gmail"), selected=not chosen)]
    options += [option(code, name, selected=code == chosen) for code, name in LANGUAGES.items()]
    return section(
        dropdown(LANGUAGE, *options, label=t("Language"), on_change=visit.write("set_language")),
        decorated_text(visit.zone.key, top_label=t("Time zone"), bottom_label=t("As Gmail has it"), icon=icon("CLOCK")),
        header=t("Language and time"),
    )


def _cards(visit: Visit) -> list[Section]:
    """For those who arrange cards, the way to it; for everybody, the way to the pages on the web."""
    rows: list[Widget] = []
    if visit.viewer.is_admin or "config" in visit.viewer.access.powers:
        rows.append(
            decorated_text(
                t("Fields on cards"),
                bottom_label=t("Which fields a card shows, for everybody or for a role"),
                icon=icon("DESCRIPTION"),
                on_click=visit.ask("card_folders"),
            )
        )
    web = open_link(visit.addon.site.url("/"))
    return [section(*rows, button_list(button(t("Open Sidenote on the web"), web)), header=t("More"))]
