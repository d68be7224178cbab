"""What can be put into the mail being written, at the cursor: a quote's link, a snippet, or what is known of people."""

from app.core.hot import Reader
from app.mail.snippet_reads import SnippetSeen
from app.mail.values import Known, known_fields
from app.workspaces.access import is_writer
from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.clicks import run
from gmail_addon.composing import Composing
from gmail_addon.inputs import MAX_OPTIONS, dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, brief
from gmail_addon.snippet_choice import SNIPPET, chosen_snippet, filled, is_listed, label_of
from gmail_addon.text import AMBER, color, esc, lines, plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import listed, money, t

FIELD = "field"
PREVIEW_LENGTH, PREVIEW_LINES = 600, 4
AT_HAND = 3
"""So many snippets need no choosing first."""
SHOWN_VALUE, MOST_FIELDS = 50, MAX_OPTIONS // 3


def texts_section(visit: Visit, reader: Reader, made: Composing) -> Section | None:
    widgets = [*_quote_widgets(visit, made), *_snippet_widgets(visit, reader, made), *_field_widgets(visit, made)]
    return section(*widgets, header=t("Put at the cursor")) if widgets else None


def _quote_widgets(visit: Visit, made: Composing) -> list[Widget]:
    quote = made.quote
    if quote is None:
        return []
    total = money(quote.amount, quote.currency) if quote.amount is not None else ""
    facts = (str(quote.data.get("number") or ""), total, t(quote.status) if quote.status else "")
    put_in = visit.ask("insert_quote", quote=quote.id)
    row = decorated_text(
        brief(quote.name),
        icon=icon("DESCRIPTION", t("Quote")),
        bottom_label=" · ".join(filter(None, facts)) or None,
        on_click=visit.ask("open_record", id=quote.id),
        button=button(t("Insert the link"), put_in),
    )
    return [row]


def _snippet_widgets(visit: Visit, reader: Reader, made: Composing) -> list[Widget]:
    if not made.snippets:
        hint = text_paragraph(t("Keep texts that you write often as snippets, and put them in from here."))
        new = button_list(button(t("New snippet"), visit.ask("snippet_form")))
        return [hint, new] if is_writer(visit.viewer) else []
    at_hand = [_at_hand(visit, made, one) for one in made.snippets[:AT_HAND]]
    is_chosen = len(made.snippets) > AT_HAND or "id" in visit.event.parameters
    return [*at_hand, *(_chooser(visit, reader, made) if is_chosen else [_manage(visit)])]


def _at_hand(visit: Visit, made: Composing, snippet: SnippetSeen) -> Widget:
    """A row that puts it in with one click."""
    begins = filled(visit, made, snippet.text).text
    insert = button(t("Insert"), visit.ask("insert_snippet", id=snippet.id))
    return decorated_text(brief(label_of(visit, snippet)), bottom_label=plain(begins, SHOWN_VALUE), button=insert)


def _chooser(visit: Visit, reader: Reader, made: Composing) -> list[Widget]:
    """All of them, with what the chosen one says; it is what asks for what is missing in one at hand, too."""
    chosen = chosen_snippet(visit, reader, made)
    insert = visit.call("insert_snippet", shown=chosen.id if chosen else "")
    preview = [_preview(visit, made, chosen.text)] if chosen else []
    picker = _picker(visit, made, chosen.id if chosen else "")
    return [picker, *preview, button_list(button(t("Insert this text"), run(insert), filled=BRAND)), _manage(visit)]


def _manage(visit: Visit) -> Widget:
    return button_list(button(t("Snippets"), visit.ask("snippets")))


def _picker(visit: Visit, made: Composing, chosen: str) -> Widget:
    if not is_listed(made):
        return text_input(SNIPPET, t("Snippet"), autocomplete=visit.call("suggest_snippets"))
    options = [option(one.id, label_of(visit, one), selected=one.id == chosen) for one in made.snippets]
    return dropdown(SNIPPET, *options, label=t("Snippet"), on_change=visit.call("refresh"))


def _preview(visit: Visit, made: Composing, text: str) -> Widget:
    """As the first recipient would read it; above it, what nobody knows of them."""
    shown = filled(visit, made, text)
    missing = t("Not known: {fields}", fields=listed(list(shown.missing), most=5)) if shown.missing else ""
    said = esc(shown.text, limit=PREVIEW_LENGTH)
    return text_paragraph(lines(color(missing, AMBER), said) if missing else said, max_lines=PREVIEW_LINES)


def _field_widgets(visit: Visit, made: Composing) -> list[Widget]:
    person = made.people[0].person if made.people else None
    records = [record for record in (person, made.company, made.deal) if record]
    known = [
        one
        for record in records
        for one in known_fields(visit.catalog, viewer=visit.viewer, formats=visit.formats, record=record)[:MOST_FIELDS]
    ]
    if not known:
        return []
    options = [option(f"{one.record_id}:{one.key}", _said(one), selected=one is known[0]) for one in known]
    insert = visit.ask("insert_field")
    return [dropdown(FIELD, *options, label=t("Field")), button_list(button(t("Insert field"), insert))]


def _said(known: Known) -> str:
    kind = {"contact": t("Contact"), "lead": t("Lead"), "company": t("Company"), "deal": t("Deal")}[known.kind]
    value = plain(known.value, SHOWN_VALUE)
    return t("{kind}: {field} – {value}", kind=kind, field=t(known.name), value=value)
