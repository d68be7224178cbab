"""Snippets as cards read them: statements compiled once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, or_, select
from sqlmodel import col

from app.core.hot import HotQuery, Reader
from app.workspaces.access import Viewer
from models import Snippet


@dataclass(frozen=True, slots=True)
class SnippetSeen:
    id: str
    name: str
    text: str
    owner_id: str
    shared: bool


def snippets_seen(reader: Reader, *, viewer: Viewer, limit: int) -> list[SnippetSeen]:
    """The first snippets, by name, that are the viewer's own or shared."""
    return _seen(_ALL(reader, workspace=viewer.workspace_id, me=viewer.member_id, limit=limit))


def snippets_like(reader: Reader, *, viewer: Viewer, typed: str, limit: int) -> list[SnippetSeen]:
    """Those whose name holds what was typed, whatever its case."""
    for special in "\\%_":
        typed = typed.replace(special, f"\\{special}")
    pattern = f"%{typed}%"
    return _seen(_LIKE(reader, workspace=viewer.workspace_id, me=viewer.member_id, pattern=pattern, limit=limit))


def _seen(rows: list[tuple[str, str, str, str, bool]]) -> list[SnippetSeen]:
    return [SnippetSeen(id, name, text, owner_id, bool(shared)) for id, name, text, owner_id, shared in rows]


_mine = or_(col(Snippet.owner_id) == bindparam("me", type_=String), col(Snippet.shared))
_all: Any = (
    select(col(Snippet.id), col(Snippet.name), col(Snippet.text), col(Snippet.owner_id), col(Snippet.shared))
    .where(col(Snippet.workspace_id) == bindparam("workspace"), col(Snippet.deleted_at).is_(None), _mine)
    .order_by(col(Snippet.name), col(Snippet.id))
    .limit(bindparam("limit"))
)
_ALL = HotQuery(_all)
_LIKE = HotQuery(_all.where(col(Snippet.name).ilike(bindparam("pattern", type_=String), escape="\\")))
