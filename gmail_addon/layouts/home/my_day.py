"""My day on the homepage: mail that waits for me, deals that close soon or stand still, leads to write to."""

from collections.abc import Sequence

from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.clicks import GMAIL_PREFIX, open_link
from gmail_addon.home_reads import HotLead, Standing, Waiting
from gmail_addon.layouts.parts import brief, deal_facts, deal_row
from gmail_addon.text import plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import t, when

UNFOLDED = 3
NAME_LENGTH = 60


def waiting_section(visit: Visit, threads: Sequence[Waiting]) -> Section | None:
    rows = [_thread_row(visit, thread) for thread in threads]
    return section(*rows, header=t("Waiting for your reply"), shown=UNFOLDED) if rows else None


def _thread_row(visit: Visit, thread: Waiting) -> Widget:
    """A click opens the thread in Gmail."""
    since = when(thread.since, visit.now, visit.zone)
    return decorated_text(
        brief(thread.subject or t("(no subject)")),
        icon=icon("EMAIL", t("Email")),
        bottom_label=" · ".join(filter(None, (plain(thread.who, NAME_LENGTH), since))),
        on_click=open_link(f"{GMAIL_PREFIX}mail/u/0/#all/{thread.thread}"),
    )


def closing_section(visit: Visit, deals: Sequence[Standing]) -> Section | None:
    rows = [deal_row(visit, one.deal, t(one.deal.stage), deal_facts(visit, one.deal)) for one in deals]
    return section(*rows, header=t("Closing this week"), shown=UNFOLDED) if rows else None


def stale_section(visit: Visit, deals: Sequence[Standing]) -> Section | None:
    rows = [deal_row(visit, one.deal, _standing_words(visit, one)) for one in deals]
    return section(*rows, header=t("Standing still"), shown=UNFOLDED) if rows else None


def _standing_words(visit: Visit, one: Standing) -> str:
    days = (visit.now - one.since).days if one.since else 0
    stage = t(one.deal.stage)
    return t("{stage} for {days} days", stage=stage, days=days) if days != 1 else t("{stage} for a day", stage=stage)


def leads_section(visit: Visit, leads: Sequence[HotLead]) -> Section | None:
    rows = [_lead_row(visit, lead) for lead in leads]
    return section(*rows, header=t("Hot leads"), shown=UNFOLDED) if rows else None


def _lead_row(visit: Visit, lead: HotLead) -> Widget:
    score = t("Score {score}", score=lead.score) if lead.score is not None else ""
    company = plain(str(lead.data.get("company_name") or ""), NAME_LENGTH)
    facts = (company, t(lead.priority) if lead.priority else "", score)
    return decorated_text(
        brief(lead.name),
        icon=icon("PERSON", t("Lead")),
        bottom_label=" · ".join(filter(None, facts)) or None,
        on_click=visit.ask("open_record", id=lead.id),
    )
