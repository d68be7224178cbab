"""The first thing every message card says: is this email logged, to what, by whom, and if not, why."""

from app.records.keys import domain_of, email_key
from gmail_addon.card_types import Button, Section, Widget
from gmail_addon.cards import section
from gmail_addon.headers import OpenHeaders
from gmail_addon.inputs import switch
from gmail_addon.layouts.parts import NAME_LENGTH
from gmail_addon.lookup import Attendee, Home, Opened
from gmail_addon.text import AMBER, GREY, color, plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, decorated_text, icon
from gmail_addon.wording import listed, t

RULES = {
    "address": "Automatically: known address",
    "company": "Automatically: company of a known contact",
    "domain": "Automatically: company's domain",
    "thread": "Automatically: conversation of the {kind}",
}
STRENGTH = ("hand", "thread", "address", "domain", "company")
"""Of several rules the first is told: what a person did before what followed from it."""
REASONS = {
    "draft": "it is a draft",
    "spam": "it is spam",
    "trash": "it is in the bin",
    "chat": "it is a chat",
    "internal": "everyone is a colleague",
    "unknown people": "nobody in it is in Sidenote yet",
    "not labelled": "this mailbox stores only mail under its label",
    "paused": "you had paused logging",
    "excluded address": "you never log {value}",
    "excluded domain": "you never log {value}",
}


def log_section(visit: Visit, opened: Opened) -> Section:
    """The state, the button that changes it, and the switch that keeps the mail to oneself."""
    state = _state(visit, opened)
    return section(state, _privacy(visit, opened)) if opened.is_stored and opened.logged_to else section(state)


def _state(visit: Visit, opened: Opened) -> Widget:
    copy = opened.copy
    if opened.logged_to:
        return _logged(visit, opened)
    log = _log_button(visit) if opened.loggable else None
    if copy is None:
        return _not_synced(visit, opened, log)
    if copy.outcome == "failed":
        return _not_logged(t("it could not be read ({reason})", reason=copy.reason or t("no reason given")))
    if copy.message_id is None:
        return _not_logged(_why_filtered(copy.reason or copy.outcome), log)
    if copy.unlogged:
        who = t("you") if copy.unlogged_by == visit.viewer.name else copy.unlogged_by or t("someone")
        return _not_logged(t("{who} took it off", who=who), log)
    return _not_logged(t("no rule put it on a record") if log else t(REASONS["unknown people"]), log)


def _not_synced(visit: Visit, opened: Opened, log: Button | None) -> Widget:
    """Mail of known people, and mail to people who become known by it, needs no warning: sync is on its way."""
    if opened.headers is None:
        return _not_logged(t("not synced yet, and Gmail could not be asked about it"))
    if not opened.people:
        return _not_logged(t(REASONS["internal"]))
    excluded = [value for one in opened.people for value in _never_logged(one)]
    if excluded:
        return _not_logged(t(REASONS["excluded address"], value=excluded[0]), log)
    if log or _is_ours(visit, opened.headers):
        return decorated_text(color(t("Will be logged in a moment"), GREY), icon=icon("EMAIL"), button=log)
    return _not_logged(t(REASONS["unknown people"]))


def _never_logged(attendee: Attendee) -> list[str]:
    address = [attendee.address] if attendee.never_address else []
    return [*address, attendee.domain] if attendee.never_domain else address


def _is_ours(visit: Visit, headers: OpenHeaders) -> bool:
    authors = [person.address for person in headers.people if person.role == "from"]
    return any(visit.team.include(email_key(address), domain_of(address)) for address in authors)


def _logged(visit: Visit, opened: Opened) -> Widget:
    homes = opened.logged_to
    seen = [home for home in homes if home.name]
    out_of_sight = t("a record that is out of your sight")
    names = listed([plain(home.name or "", NAME_LENGTH) for home in seen]) if seen else out_of_sight
    strongest = min(homes, key=lambda home: STRENGTH.index(home.rule) if home.rule in STRENGTH else len(STRENGTH))
    return decorated_text(
        t("Logged to {names}", names=names),
        icon=icon("BOOKMARK", t("Logged")),
        bottom_label=_by(visit, opened, strongest),
        button=button(t("Unlog"), visit.tell("unlog")),
    )


def _by(visit: Visit, opened: Opened, home: Home) -> str:
    if home.rule == "thread" and opened.thread.on:
        return t("Automatically: the conversation is about {deal}", deal=plain(opened.thread.on.deal.name, NAME_LENGTH))
    if home.rule in RULES:
        return t(RULES[home.rule], kind=t(home.kind or "record"))
    if home.by == visit.viewer.name:
        return t("Logged by you")
    return t("Logged by {who}", who=home.by) if home.by else t("Logged by hand")


def _not_logged(reason: str, log: Button | None = None) -> Widget:
    return decorated_text(color(t("Not logged: {reason}", reason=reason), AMBER), icon=icon("EMAIL"), button=log)


def _log_button(visit: Visit) -> Button:
    return button(t("Log"), visit.tell("log"), alt=t("Log this email"))


def _why_filtered(reason: str) -> str:
    """`excluded address: jo@x.example` in a sentence of our own."""
    kind, _, value = reason.partition(": ")
    return t(REASONS[kind], value=value) if kind in REASONS else reason


def _privacy(visit: Visit, opened: Opened) -> Widget:
    private = opened.copy is not None and opened.copy.private
    keep = visit.write("set_private", fields="private")
    return decorated_text(
        t("Private"),
        bottom_label=t("Colleagues do not see its subject and text") if private else t("Colleagues may read it"),
        icon=icon("PERSON"),
        switch=switch("private", selected=private, on_change=keep),
    )
