"""Texts that members keep to put into mail. Everybody has their own, and may share them with the workspace."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.core.locks import hold
from app.core.text import one_line
from app.workspaces.access import Viewer, require_writer
from models import Snippet

MAX_NAME, MAX_TEXT, MAX_SNIPPETS = 80, 10_000, 1_000
KEPT = timedelta(days=30)
"""How long a deleted snippet can be brought back."""
EDITABLE = ("name", "text", "shared")


def snippets_of(session: Session, *, viewer: Viewer) -> Sequence[Snippet]:
    """The viewer's own snippets and those that colleagues share, by name."""
    return session.scalars(select(Snippet).where(_seen_by(viewer)).order_by(col(Snippet.name), col(Snippet.id))).all()


def get_snippet(session: Session, *, viewer: Viewer, snippet_id: str) -> Snippet:
    snippet = session.scalar(select(Snippet).where(col(Snippet.id) == snippet_id, _seen_by(viewer)))
    if snippet is None:
        raise NotFound("This snippet does not exist, or is not shared with you.")
    return snippet


def create_snippet(session: Session, *, viewer: Viewer, name: str, text: str, shared: bool = False) -> Snippet:
    """A snippet of the viewer's. Raises InvalidInput, as when they have one of this name."""
    require_writer(viewer)
    now = utcnow()
    snippet = Snippet(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        owner_id=viewer.member_id,
        name="",
        text="",
        created_at=now,
        updated_at=now,
    )
    _write(session, snippet, {"name": name, "text": text, "shared": shared})
    _emit(session, "snippet.created", snippet, viewer)
    return snippet


def update_snippet(session: Session, *, viewer: Viewer, snippet_id: str, values: Mapping[str, Any]) -> Snippet:
    """Change its `name`, its `text` or whether it is `shared`: its owner and admins may."""
    snippet = _snippet_to_change(session, viewer, snippet_id)
    _write(session, snippet, values)
    _emit(session, "snippet.changed", snippet, viewer)
    return snippet


def delete_snippet(session: Session, *, viewer: Viewer, snippet_id: str) -> Snippet:
    """Its owner's older deletions are forgotten at the same time."""
    snippet = _snippet_to_change(session, viewer, snippet_id)
    snippet.deleted_at = utcnow()
    session.add(snippet)
    forgotten = col(Snippet.deleted_at) < snippet.deleted_at - KEPT
    session.execute(delete(Snippet).where(col(Snippet.owner_id) == snippet.owner_id, forgotten))
    _emit(session, "snippet.deleted", snippet, viewer)
    return snippet


def restore_snippet(session: Session, *, viewer: Viewer, snippet_id: str) -> Snippet:
    """Take a deletion back. Raises InvalidInput when its owner has given the name to another one since."""
    snippet = session.get(Snippet, snippet_id)
    if snippet is None or snippet.workspace_id != viewer.workspace_id or not _may_change(viewer, snippet):
        raise NotFound("This snippet does not exist, or is not yours.")
    if snippet.deleted_at is not None:
        snippet.deleted_at = None
        _write(session, snippet, {})
        _emit(session, "snippet.restored", snippet, viewer)
    return snippet


def _seen_by(viewer: Viewer) -> ColumnElement[bool]:
    mine = or_(col(Snippet.owner_id) == viewer.member_id, col(Snippet.shared))
    return and_(col(Snippet.workspace_id) == viewer.workspace_id, col(Snippet.deleted_at).is_(None), mine)


def _snippet_to_change(session: Session, viewer: Viewer, snippet_id: str) -> Snippet:
    require_writer(viewer)
    snippet = get_snippet(session, viewer=viewer, snippet_id=snippet_id)
    if not _may_change(viewer, snippet):
        raise Forbidden("This snippet belongs to someone else: save it under a name of your own.")
    return snippet


def _may_change(viewer: Viewer, snippet: Snippet) -> bool:
    return snippet.owner_id == viewer.member_id or (snippet.shared and viewer.is_admin)


def _write(session: Session, snippet: Snippet, values: Mapping[str, Any]) -> None:
    if unknown := set(values) - set(EDITABLE):
        raise InvalidInput(f"{min(unknown)}: a snippet has no such part.", field=min(unknown))
    wanted = {part: getattr(snippet, part) for part in EDITABLE} | dict(values)
    wanted |= {"name": one_line(wanted["name"]), "text": wanted["text"].replace("\0", "").strip()}
    if not 1 <= len(wanted["name"]) <= MAX_NAME:
        raise InvalidInput(f"name: give the snippet a name of up to {MAX_NAME} characters.", field="name")
    if not 1 <= len(wanted["text"]) <= MAX_TEXT:
        raise InvalidInput(f"text: write a text of up to {MAX_TEXT} characters.", field="text")
    _check_others(session, snippet, wanted["name"])
    snippet.sqlmodel_update(wanted | {"updated_at": utcnow()})
    session.add(snippet)
    session.flush()


def _check_others(session: Session, snippet: Snippet, name: str) -> None:
    """Of one owner, whatever its case, a name is there once."""
    hold(session, f"snippets:{snippet.owner_id}")
    others = and_(
        col(Snippet.owner_id) == snippet.owner_id, col(Snippet.deleted_at).is_(None), col(Snippet.id) != snippet.id
    )
    names = session.scalars(select(col(Snippet.name)).where(others)).all()
    if name.casefold() in {other.casefold() for other in names}:
        raise InvalidInput(f"name: you have a snippet called {name} already.", field="name")
    if len(names) >= MAX_SNIPPETS:
        raise Conflict(f"There are {MAX_SNIPPETS} snippets already: delete one first.")


def _emit(session: Session, type: str, snippet: Snippet, viewer: Viewer) -> None:
    facts = {"name": snippet.name, "shared": snippet.shared}
    emit(
        session,
        type,
        workspace_id=snippet.workspace_id,
        subject_id=snippet.id,
        actor_id=viewer.member_id,
        data=facts,
    )
