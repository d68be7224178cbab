"""The form that makes a deal, filled in from the open thread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import SidenoteError
from gmail_addon.card_types import Card, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import date_picker, dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.lookup import Firm
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon
from gmail_addon.wording import listed, t

NO_COMPANY = "none"
_MARKS = (
    "re|r|fwd?|fw|aw|antw|wg|sv|vs|vb|vl|tr|rv|i|res|enc|odp|pd|doorst|ynt|ilt|"
    "回复|回覆|答复|转发|轉寄|返信|転送|отв|пересл|رد"
)
_PREFIXES = re.compile(rf"(?:\s*(?:{_MARKS})\s*(?:\[\d+\])?\s*[:：])+\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DealDraft:
    """What the form holds. `people` are the names that will take part, `contacts` the ids of those who are in Sidenote;
    `person` is the contact it was opened from."""

    name: str = ""
    people: Sequence[str] = ()
    contacts: Sequence[str] = ()
    firms: Sequence[Firm] = ()
    company: str = NO_COMPANY
    stage: str = ""
    amount: str = ""
    close_on: date | None = None
    person: str = ""


def bare_subject(subject: str) -> str:
    """The subject without the marks of replies and forwards in the languages that mail programs speak."""
    prefix = _PREFIXES.match(subject)
    return subject[prefix.end() :].strip() if prefix else subject.strip()


def deal_form(visit: Visit, draft: DealDraft, *, error: SidenoteError | None = None) -> Card:
    typed = "name,amount,close_on"
    save = visit.write("create_deal", required=("name",), fields=typed, person=draft.person)
    more = visit.ask("more_deal_fields", fields=typed, person=draft.person)
    return card(
        section(
            *problem(error),
            text_input("name", t("Deal name"), value=draft.name, limit=200),
            *_people(draft),
            _company(draft),
            _stage(visit, draft),
            text_input("amount", t("Amount in {currency}", currency=visit.currency), value=draft.amount),
            date_picker("close_on", t("Expected to close"), value=draft.close_on),
            button_list(button(t("Save deal"), run(save), filled=BRAND), button(t("More fields"), more)),
        ),
        header=header(t("New deal")),
        name="deal-form",
    )


def _people(draft: DealDraft) -> list[Widget]:
    if not draft.people:
        return []
    named = listed(list(draft.people), most=6)
    return [decorated_text(named, top_label=t("With"), icon=icon("MULTIPLE_PEOPLE", t("People")))]


def _company(draft: DealDraft) -> Widget:
    options = [option(firm.id, firm.name, selected=firm.id == draft.company) for firm in draft.firms]
    none = option(NO_COMPANY, t("No company"), selected=draft.company == NO_COMPANY)
    return dropdown("company", *options, none, label=t("Company"))


def _stage(visit: Visit, draft: DealDraft) -> Widget:
    stages = [stage for stage in visit.first_stages() if stage.outcome == "open"]
    chosen = draft.stage or stages[0].id
    options = [option(stage.id, t(stage.name), selected=stage.id == chosen) for stage in stages]
    return dropdown("stage", *options, label=t("Stage"))
