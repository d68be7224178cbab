"""What changes of folders, fields, pipelines and stages have in common: names, places in a row, and telling of them."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.events import emit
from app.core.text import one_line
from app.workspaces.access import Viewer
from models import FieldDef, Folder, Pipeline, Stage

MAX_NAME = 100

Subject = Folder | FieldDef | Pipeline | Stage


def plain_name(name: str, *, taken: Sequence[str], field: str = "name") -> str:
    """A name without surplus blanks. Raises InvalidInput when it is empty, too long, or another's."""
    plain = one_line(name)
    if not plain or len(plain) > MAX_NAME:
        raise InvalidInput(f"{field}: give one of up to {MAX_NAME} characters.", field=field)
    if plain.casefold() in {other.casefold() for other in taken}:
        raise InvalidInput(f"{field}: {plain} is taken: choose another.", field=field)
    return plain


def put_at(session: Session, others: Sequence[Any], moved: Any, position: int) -> None:
    """Number the others, which are in order, with another among them at this place (from 0)."""
    row = list(others)
    row.insert(max(0, position), moved)
    for place, each in enumerate(row):
        each.position = place
        session.add(each)


def tell(session: Session, viewer: Viewer, type: str, subject: Subject, data: dict[str, Any]) -> None:
    emit(
        session,
        type,
        workspace_id=viewer.workspace_id,
        subject_id=subject.id,
        actor_id=viewer.member_id,
        data=data,
    )
