"""What stands on every card beside a stored email: whose turn it is, and which deal the conversation is about."""

from collections.abc import Callable, Mapping
from typing import Any

from app.workspaces.access import is_writer
from gmail_addon.card_types import CardAction, Section, Widget
from gmail_addon.cards import card_action, section
from gmail_addon.layouts.parts import brief, deal_facts
from gmail_addon.lookup import Opened
from gmail_addon.text import AMBER, bold, color, plain
from gmail_addon.thread import Guess, LastWord
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon
from gmail_addon.wording import day, t, when
from sync.attribution.turn import is_late

NO_DEAL = "none"
_TOLD, _DETAIL = 2, 60

REASONS: dict[str, Callable[[str], str]] = {
    "answers": lambda _: t("it answers mail on this deal"),
    "number": lambda detail: t("you both wrote about {number}", number=detail),
    "full_name": lambda _: t("the subject names the deal"),
    "named_well": lambda detail: t("the subject says “{words}”", words=detail),
    "same_subject": lambda _: t("mail on this deal has the same subject"),
    "named": lambda detail: t("the subject says “{words}”", words=detail),
    "contact": lambda _: t("a contact of the deal takes part"),
    "chosen": lambda _: t("it was chosen for these people before"),
    "only_open": lambda _: t("it is their only open deal"),
    "company": lambda _: t("it is a deal of their company"),
    "wrote": lambda _: t("they wrote about this deal before"),
    "recent": lambda _: t("it was active lately"),
}
"""How a card says the reasons of `sync.attribution.score`."""


def thread_section(visit: Visit, opened: Opened) -> Section | None:
    """No statement."""
    if not opened.is_stored:
        return None
    rows = [*_turn(visit, opened), *_deal(visit, opened)]
    return section(*rows) if rows else None


def other_deal_entry(visit: Visit, opened: Opened | None) -> CardAction | None:
    """Whatever was chosen, by whomever, can be chosen again."""
    if opened is None or not opened.is_stored or not is_writer(visit.viewer):
        return None
    return card_action(t("Another deal…") if opened.deal else t("Choose a deal…"), visit.ask("deal_choice"))


def why(guess: Guess) -> str:
    """The weightiest reasons in words: `you both wrote about Q-0012, a contact of the deal takes part`."""
    return ", ".join(_reason(reason) for reason in guess.reasons[:_TOLD] if reason["code"] in REASONS)


def _reason(reason: Mapping[str, Any]) -> str:
    return REASONS[reason["code"]](plain(str(reason.get("detail") or ""), _DETAIL))


def _turn(visit: Visit, opened: Opened) -> list[Widget]:
    last = opened.thread.last
    if last is None:
        return []
    if not last.incoming:
        return [decorated_text(_waiting(visit, opened, last), icon=icon("CLOCK", t("Whose turn it is")))]
    told = _ours(visit, last)
    late = is_late(last.at, now=visit.now, zone=visit.zone)
    return [decorated_text(color(told, AMBER) if late else told, icon=icon("CLOCK", t("Whose turn it is")))]


def _ours(visit: Visit, last: LastWord) -> str:
    name, days = plain(last.writer, _DETAIL), _days_ago(visit, last)
    if days < 1:
        return t("Your turn: {name} wrote {when}", name=name, when=when(last.at, visit.now, visit.zone))
    if days == 1:
        return t("Your turn: {name} wrote yesterday", name=name)
    return t("Your turn: {name} wrote {days} days ago", name=name, days=days)


def _waiting(visit: Visit, opened: Opened, last: LastWord) -> str:
    since = day(last.at.astimezone(visit.zone).date(), visit.now.astimezone(visit.zone).date())
    if not opened.people:
        return t("Waiting for an answer since {day}", day=since)
    return t("Waiting for {name} since {day}", name=plain(opened.people[0].name, _DETAIL), day=since)


def _days_ago(visit: Visit, last: LastWord) -> int:
    return (visit.now.astimezone(visit.zone).date() - last.at.astimezone(visit.zone).date()).days


def _deal(visit: Visit, opened: Opened) -> list[Widget]:
    if not is_writer(visit.viewer):
        return []
    if opened.thread.on:
        return [_linked(visit, opened.thread.on)]
    if opened.thread.guesses and not opened.thread.is_settled:
        return [*(_guess(visit, guess) for guess in opened.thread.guesses), _neither(visit)]
    return []


def _linked(visit: Visit, guess: Guess) -> Widget:
    return decorated_text(
        t("On {deal}: {why}", deal=plain(guess.deal.name, _DETAIL), why=why(guess)),
        icon=icon("DOLLAR", t("Deal")),
        button=button(t("Not this deal"), visit.tell("choose_deal", deal=NO_DEAL)),
    )


def _guess(visit: Visit, guess: Guess) -> Widget:
    facts = (t(guess.deal.stage), deal_facts(visit, guess.deal), why(guess))
    return decorated_text(
        bold(brief(guess.deal.name)),
        top_label=t("Is this about …?"),
        icon=icon("DOLLAR", t("Deal")),
        bottom_label=" · ".join(filter(None, facts)),
        button=button(
            t("Yes"),
            visit.tell("choose_deal", deal=guess.deal.id),
            alt=t("This is about {deal}", deal=plain(guess.deal.name, _DETAIL // 2)),
        ),
    )


def _neither(visit: Visit) -> Widget:
    none = button(t("None of these"), visit.tell("choose_deal", deal=NO_DEAL))
    return button_list(none, button(t("Another deal…"), visit.ask("deal_choice")))
