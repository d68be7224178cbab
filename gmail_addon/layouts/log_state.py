"""The first thing every message card says: is this email logged, to what, by whom, and if not, why."""

from gmail_addon.card_types import Button, Section, Widget
from gmail_addon.cards import section
from gmail_addon.inputs import switch
from gmail_addon.layouts.parts import NAME_LENGTH
from gmail_addon.lookup import Home, Opened
from gmail_addon.text import AMBER, color, plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, decorated_text, icon
from gmail_addon.wording import listed, t

RULES = {
    "address": "By rule: address",
    "company": "By rule: the contact's company",
    "domain": "By rule: company domain",
    "thread": "By rule: conversation",
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
        return _logged(visit, opened.logged_to)
    if copy is None:
        asked = opened.headers is not None
        reason = t("not synced yet") if asked else t("not synced yet, and Gmail could not be asked about it")
        return _not_logged(reason, _log_button(visit) if asked else None)
    if copy.outcome == "failed":
        return _not_logged(t("it could not be read ({reason})", reason=copy.reason or t("no reason given")))
    if copy.message_id is None:
        return _not_logged(_why_filtered(copy.reason or copy.outcome), _log_button(visit))
    if copy.unlogged:
        who = t("you") if copy.unlogged_by == visit.viewer.name else copy.unlogged_by or t("someone")
        return _not_logged(t("{who} took it off", who=who), _log_button(visit) if _known(opened) else None)
    if _known(opened):
        return _not_logged(t("no rule put it on a record"), _log_button(visit))
    return _not_logged(t("nobody in it is in Sidenote yet"))


def _logged(visit: Visit, homes: list[Home]) -> Widget:
    seen = [home for home in homes if home.name]
    out_of_sight = t("a record that is out of your sight")
    names = listed([plain(home.name or "", NAME_LENGTH) for home in seen]) if seen else out_of_sight
    strongest = min(homes, key=lambda home: STRENGTH.index(home.rule) if home.rule in STRENGTH else len(STRENGTH))
    return decorated_text(
        t("Logged to {names}", names=names),
        icon=icon("BOOKMARK", t("Logged")),
        bottom_label=_by(visit, strongest),
        button=button(t("Unlog"), visit.tell("unlog")),
    )


def _by(visit: Visit, home: Home) -> str:
    if home.rule in RULES:
        return t(RULES[home.rule])
    if home.by == visit.viewer.name:
        return t("Logged by you")
    return t("Logged by {who}", who=home.by) if home.by else t("By rule: {rule}", rule=home.rule)


def _not_logged(reason: str, log: Button | None = None) -> Widget:
    return decorated_text(color(t("Not logged: {reason}", reason=reason), AMBER), icon=icon("EMAIL"), button=log)


def _log_button(visit: Visit) -> Button:
    return button(t("Log"), visit.tell("log"), alt=t("Log this email"))


def _why_filtered(reason: str) -> str:
    """`excluded address: jo@x.example` in a sentence of our own."""
    kind, _, value = reason.partition(": ")
    return t(REASONS[kind], value=value) if kind in REASONS else reason


def _known(opened: Opened) -> bool:
    return any(attendee.person for attendee in opened.people)


def _privacy(visit: Visit, opened: Opened) -> Widget:
    private = opened.copy is not None and opened.copy.private
    keep = visit.write("set_private", fields="private")
    return decorated_text(
        t("Private"),
        bottom_label=t("Colleagues do not see its subject and text") if private else t("Colleagues may read it"),
        icon=icon("PERSON"),
        switch=switch("private", selected=private, on_change=keep),
    )
