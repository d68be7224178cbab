"""Search: the box on the homepage, and the card of what it found."""

from collections.abc import Sequence

from sqlmodel import Session

from app.core.hot import reader_of
from app.records.picking import Pick, by_ids
from app.records.search.snippets import Match
from app.timeline.entry_types import entry_type
from app.timeline.search.box import Hit, Hits
from app.workspaces.access import may_create
from gmail_addon.card_types import Card, KnownIcon, Section, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import text_input
from gmail_addon.layouts.home.record_row import one_called, record_row
from gmail_addon.layouts.parts import BRAND, brief, who_did
from gmail_addon.search import SEARCH
from gmail_addon.text import esc, plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t, when

PLACE = "search"
"""The card's place on the stack, before what was looked for."""
LENGTH, SNIPPET = 60, 160


def search_widgets(visit: Visit, text: str = "") -> list[Widget]:
    """The box suggests while somebody types; what is picked or typed is looked for on a click."""
    box = text_input(SEARCH, t("Search Sidenote"), value=text, autocomplete=visit.call("suggest_search"))
    return [box, button_list(button(t("Search"), run(visit.call("search"))))]


def results_card(session: Session, visit: Visit, *, text: str, hits: Hits) -> Card:
    picks = by_ids(reader_of(session), viewer=visit.viewer, ids=[hit.record.id for hit in hits.items if hit.record])
    parts = [
        section(*search_widgets(visit, text)),
        *_record_sections(visit, hits.items, picks),
        _entries(visit, hits.items),
    ]
    if not hits.items:
        parts.append(_nothing(visit, text))
    elif hits.next:
        more = visit.ask("search_more", text=text, cursor=hits.next)
        parts.append(section(button_list(button(t("More"), more))))
    return card(*[part for part in parts if part], header=header(t("Search"), subtitle=plain(text, LENGTH)), name=PLACE)


def _record_sections(visit: Visit, hits: Sequence[Hit], picks: dict[str, Pick]) -> list[Section]:
    """The folders in the order of their best hits."""
    rows: dict[str, list[Widget]] = {}
    for hit in hits:
        if hit.record and hit.record.id in picks:
            pick = picks[hit.record.id]
            rows.setdefault(pick.folder_id, []).append(record_row(visit, pick, below=_below(visit, pick, hit)))
    return [section(*some, header=t(visit.catalog.folders[id].name)) for id, some in rows.items()]


def _below(visit: Visit, pick: Pick, hit: Hit) -> str:
    """What tells it from others, and where it matches if that is somewhere else."""
    matches = [match.text for match in hit.matches if match.key != "name"]
    said = dict.fromkeys(plain(each, LENGTH) for each in (pick.detail, pick.company or "", *matches[:1]) if each)
    return " · ".join(said) or one_called(visit, pick.folder_id)


def _entries(visit: Visit, hits: Sequence[Hit]) -> Section | None:
    rows = [row for hit in hits if (row := _entry_row(visit, hit))]
    return section(*rows, header=t("Mail and notes")) if rows else None


def _entry_row(visit: Visit, hit: Hit) -> Widget | None:
    """A click opens the first record that it stands on."""
    entry = hit.entry
    if entry is None:
        return None
    home = hit.homes[0] if hit.homes else None
    at = when(entry.occurred_at, visit.now, visit.zone)
    known: KnownIcon = entry_type(entry.type).icon  # type: ignore[assignment]
    snippet = next((match.text for match in hit.matches if not _only_names(visit, hit, match)), entry.summary)
    return decorated_text(
        brief(entry.title) if entry.title else esc(plain(snippet, SNIPPET)),
        top_label=" · ".join(filter(None, (plain(home.name, LENGTH) if home else "", at))),
        bottom_label=plain(snippet, SNIPPET) if entry.title else None,
        icon=icon(known),
        on_click=visit.ask("open_record", id=home.id) if home else None,
    )


def _only_names(visit: Visit, hit: Hit, match: Match) -> bool:
    """Whether it matches only in words that the row says anyhow, as signatures do: who wrote, or what it is on."""
    if hit.entry is None:
        return False
    said = " ".join((who_did(visit, hit.entry), hit.entry.title, *(home.name for home in hit.homes))).casefold()
    return all(match.text[start:end].casefold() in said for start, end in match.ranges)


def _nothing(visit: Visit, text: str) -> Section:
    """With what was looked for as the name of what could be made."""
    widgets = [text_paragraph(t("Nothing found for “{text}”.", text=plain(text, LENGTH)))]
    contacts = visit.catalog.folder_of("contact")
    if contacts and may_create(visit.viewer, contacts.id):
        make = visit.ask("contact_form", **_known_of(text))
        widgets.append(button_list(button(t("New contact"), make, filled=BRAND)))
    return section(*widgets)


def _known_of(text: str) -> dict[str, str]:
    return {"email": text} if "@" in text.strip("@") else {"name": text}
