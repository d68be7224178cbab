"""The form that makes a contact and, if it is new, their company."""

from dataclasses import dataclass

from app.core.errors import SidenoteError
from gmail_addon.card_types import Card, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.lookup import Firm
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t

NO_COMPANY = "none"


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """What the form holds. `firm` is the company that the domain leads to, `at_firm` whether it is chosen."""

    name: str = ""
    email: str = ""
    title: str = ""
    phone: str = ""
    company: str = ""
    firm: Firm | None = None
    at_firm: bool = True


def contact_form(visit: Visit, draft: ContactDraft, *, error: SidenoteError | None = None) -> Card:
    """The form on a card of its own, as the homepage opens it."""
    return card(
        section(*problem(error), *contact_widgets(visit, draft)),
        header=header(t("New contact")),
        name="contact-form",
    )


def contact_widgets(visit: Visit, draft: ContactDraft) -> list[Widget]:
    typed = "name,email,title,phone,company_name"
    create = visit.write("create_contact", required=("name",), fields=typed)
    more = button(t("More fields"), visit.ask("more_contact_fields", fields=typed))
    return [
        text_input("name", t("Name"), value=draft.name, limit=200),
        text_input("email", t("Email"), value=draft.email, kind="EMAIL"),
        text_input("title", t("Job title"), value=draft.title, limit=200),
        text_input("phone", t("Phone"), value=draft.phone, limit=200),
        _company(draft),
        button_list(button(t("Create contact"), run(create), filled=BRAND), more),
    ]


def _company(draft: ContactDraft) -> Widget:
    if draft.firm is None:
        hint = t("Made if it is new. Leave it empty for none.")
        return text_input("company_name", t("Company"), value=draft.company, hint=hint, limit=200)
    return dropdown(
        "company",
        option(draft.firm.id, draft.firm.name, selected=draft.at_firm),
        option(NO_COMPANY, t("No company"), selected=not draft.at_firm),
        label=t("Company"),
    )
