"""Snippets: made, changed, deleted and brought back."""

from sqlmodel import Session

from app.core.database import confine, transaction
from app.core.errors import InvalidInput, NotFound
from app.core.hot import reading
from app.mail.snippets import create_snippet, delete_snippet, get_snippet, restore_snippet, update_snippet
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.compose.snippets import SNIPPETS, SnippetDraft, snippet_form
from gmail_addon.layouts.places import card_at
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, identifier
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.snippet_choice import SNIPPET, named_snippet
from gmail_addon.visit import Visit
from gmail_addon.wording import t


@shows("snippets")
def open_snippets(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"{SNIPPETS}:")))


@shows("snippet_form")
def open_snippet_form(visit: Visit) -> Response:
    """For a new one; for that of the button; or for that found by its label."""
    snippet_id = visit.event.parameters.get("id") or _found(visit)
    if not snippet_id:
        return render_action(push(snippet_form(visit, SnippetDraft())))
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        snippet = get_snippet(session, viewer=visit.viewer, snippet_id=identifier(snippet_id))
        draft = SnippetDraft(snippet.id, snippet.name, snippet.text, snippet.shared)
    return render_action(push(snippet_form(visit, draft)))


def _found(visit: Visit) -> str:
    """By the label in the input of a list that is too long; "" where there is no such input."""
    label = visit.event.form.text(SNIPPET)
    if label is None or "find" not in visit.event.parameters:
        return ""
    with reading(visit.addon.engine) as reader:
        found = named_snippet(visit, reader, label)
    if found is None:
        raise NotFound("There is no such snippet: choose one from the list.")
    return found.id


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    return update(snippet_form(visit, _draft(visit), error=error))


@writes("save_snippet", again=_again)
def save_snippet(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    draft = _draft(visit)
    if draft.id:
        values = {"name": draft.name, "text": draft.text, "shared": draft.shared}
        snippet = update_snippet(session, viewer=visit.viewer, snippet_id=identifier(draft.id), values=values)
    else:
        snippet = create_snippet(session, viewer=visit.viewer, name=draft.name, text=draft.text, shared=draft.shared)
    return Done(t("Snippet saved: {name}", name=snippet.name))


@writes("delete_snippet")
def delete(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    snippet = delete_snippet(session, viewer=visit.viewer, snippet_id=id_parameter(visit, "id"))
    return Done(t("Snippet deleted: {name}", name=snippet.name), at=f"{SNIPPETS}:{snippet.id}")


@writes("restore_snippet")
def restore(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    snippet = restore_snippet(session, viewer=visit.viewer, snippet_id=id_parameter(visit, "id"))
    return Done(t("Snippet is back: {name}", name=snippet.name), at=f"{SNIPPETS}:")


def _draft(visit: Visit) -> SnippetDraft:
    form = visit.event.form
    return SnippetDraft(
        id=visit.event.parameters.get("id", ""),
        name=form.text("name") or "",
        text=form.text("text") or "",
        shared=bool(form.choices("shared")),
    )
