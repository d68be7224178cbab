"""Which snippet is meant, and what it says to the people of the mail being written."""

from app.core.hot import Reader
from app.mail.places import Filled, fill
from app.mail.snippet_reads import SnippetSeen, snippets_like
from app.mail.values import About, place_values
from gmail_addon.composing import Composing
from gmail_addon.inputs import MAX_OPTIONS
from gmail_addon.visit import Visit
from gmail_addon.wording import t

SNIPPET = "snippet"
"""The input that chooses one: by id from a list, by label where there are too many for that."""
MAX_SUGGESTED = 20


def is_listed(made: Composing) -> bool:
    return len(made.snippets) <= MAX_OPTIONS


def label_of(visit: Visit, snippet: SnippetSeen) -> str:
    """Its name, and whose it is when it is a colleague's."""
    if snippet.owner_id == visit.viewer.member_id:
        return snippet.name
    return t("{name} (by {owner})", name=snippet.name, owner=visit.name_of(snippet.owner_id) or t("a colleague"))


def suggested(visit: Visit, reader: Reader, typed: str) -> list[str]:
    found = snippets_like(reader, viewer=visit.viewer, typed=typed.strip()[:100], limit=MAX_SUGGESTED)
    return [label_of(visit, snippet) for snippet in found]


def chosen_snippet(visit: Visit, reader: Reader, made: Composing) -> SnippetSeen | None:
    """The one that the button or the form says; else the first of a list that is short enough to show one."""
    said = visit.event.parameters.get("id") or visit.event.form.choice(SNIPPET)
    if is_listed(made):
        first = made.snippets[0] if made.snippets else None
        return next((snippet for snippet in made.snippets if snippet.id == said), first)
    return named_snippet(visit, reader, said) if said else None


def named_snippet(visit: Visit, reader: Reader, label: str) -> SnippetSeen | None:
    """The one with this label."""
    name = label.rpartition(" (")[0] or label
    found = snippets_like(reader, viewer=visit.viewer, typed=name[:100], limit=MAX_OPTIONS)
    same = (snippet for snippet in found if label_of(visit, snippet).casefold() == label.strip().casefold())
    return next(same, None)


def filled(visit: Visit, made: Composing, text: str) -> Filled:
    """The text as the first recipient should read it."""
    first = made.people[0] if made.people else None
    about = About(
        name=first.person.name if first and first.person else first.written_name if first else "",
        email=first.address if first else "",
        person=first.person if first else None,
        company=made.company,
        deal=made.deal,
    )
    return fill(text, place_values(visit.catalog, viewer=visit.viewer, formats=visit.formats, about=about))
