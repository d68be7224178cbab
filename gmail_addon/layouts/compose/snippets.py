"""The snippets that a member can use, and the form that makes or changes one."""

from dataclasses import dataclass

from app.core.errors import SidenoteError
from app.core.hot import Reader
from app.mail.snippet_reads import SnippetSeen, snippets_seen
from app.mail.snippets import MAX_NAME, MAX_TEXT
from app.workspaces.access import is_writer
from gmail_addon.card_types import Card, Footer, Section, Widget
from gmail_addon.cards import card, fixed_footer, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import switch, text_input
from gmail_addon.layouts.parts import BRAND, brief, problem
from gmail_addon.snippet_choice import SNIPPET, label_of
from gmail_addon.text import plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t

SNIPPETS = "snippets"
"""The place of the card on the stack."""
SHOWN, BEGINNING = 30, 100


@dataclass(frozen=True, slots=True)
class SnippetDraft:
    """What the form holds; `id` of the one to change, "" for a new one."""

    id: str = ""
    name: str = ""
    text: str = ""
    shared: bool = False


def snippets_card(visit: Visit, reader: Reader, *, deleted: str = "") -> Card:
    """One statement. `deleted` is the id of one that was just deleted and can be had back."""
    found = snippets_seen(reader, viewer=visit.viewer, limit=SHOWN + 1)
    rows = [_row(visit, snippet) for snippet in found[:SHOWN]]
    parts = [
        _undo(visit, deleted) if deleted else None,
        section(*(rows or [text_paragraph(t("You have no snippets yet."))])),
        _more(visit) if len(found) > SHOWN else None,
    ]
    return card(*[part for part in parts if part], header=header(t("Snippets")), name=SNIPPETS, footer=_footer(visit))


def snippet_form(visit: Visit, draft: SnippetDraft, *, error: SidenoteError | None = None) -> Card:
    save = visit.write("save_snippet", required=("name", "text"), fields="name,text,shared", id=draft.id)
    share = decorated_text(
        t("Share with everybody"),
        bottom_label=t("Colleagues can use it, and not change it"),
        icon=icon("MULTIPLE_PEOPLE"),
        switch=switch("shared", selected=draft.shared),
    )
    places = t("Places such as {first}, {company}, {deal} and {me} are filled in.", **_PLACES)
    return card(
        section(
            *problem(error),
            text_input("name", t("Name"), value=draft.name, limit=MAX_NAME),
            text_input("text", t("Text"), value=draft.text, multiline=True, limit=MAX_TEXT),
            text_paragraph(places),
            share,
            button_list(button(t("Save snippet"), run(save), filled=BRAND)),
        ),
        header=header(t("Change snippet") if draft.id else t("New snippet")),
        name="snippet-form",
    )


_PLACES = {"first": "{{first_name|there}}", "company": "{{company}}", "deal": "{{deal}}", "me": "{{me}}"}


def _row(visit: Visit, snippet: SnippetSeen) -> Widget:
    mine = _may_change(visit, snippet)
    return decorated_text(
        brief(label_of(visit, snippet)),
        bottom_label=plain(snippet.text, BEGINNING),
        icon=icon("MULTIPLE_PEOPLE", t("Shared")) if snippet.shared else icon("DESCRIPTION", t("Only yours")),
        on_click=visit.ask("snippet_form", id=snippet.id) if mine else None,
        button=button(t("Delete"), visit.tell("delete_snippet", id=snippet.id)) if mine else None,
    )


def _may_change(visit: Visit, snippet: SnippetSeen) -> bool:
    mine = snippet.owner_id == visit.viewer.member_id or (snippet.shared and visit.viewer.is_admin)
    return mine and is_writer(visit.viewer)


def _undo(visit: Visit, deleted: str) -> Section:
    undo = button(t("Undo"), visit.tell("restore_snippet", id=deleted))
    return section(decorated_text(t("Snippet deleted"), button=undo))


def _more(visit: Visit) -> Section:
    """A way to those that are not on the card."""
    find = text_input(SNIPPET, t("Find another"), autocomplete=visit.call("suggest_snippets"))
    opens = run(visit.call("snippet_form", find="yes"))
    return section(find, button_list(button(t("Open"), opens)))


def _footer(visit: Visit) -> Footer | None:
    if not is_writer(visit.viewer):
        return None
    return fixed_footer(button(t("New snippet"), visit.ask("snippet_form"), filled=BRAND))
