"""Names of what a workspace has several of, each once."""

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict, InvalidInput
from app.core.text import one_line
from app.workspaces.access import Viewer
from models import Role, Team, Territory

MAX_NAME = 100

Named = type[Role] | type[Team] | type[Territory]


def checked_name(session: Session, table: Named, *, viewer: Viewer, name: str, keeper_id: str = "") -> str:
    """The name without needless space. Raises InvalidInput, or Conflict where another than `keeper_id` has it."""
    text = one_line(name)
    if not text or len(text) > MAX_NAME:
        raise InvalidInput(f"name: write 1 to {MAX_NAME} characters.", field="name")
    others = select(col(table.name)).where(col(table.workspace_id) == viewer.workspace_id, col(table.id) != keeper_id)
    if any(other.casefold() == text.casefold() for other in session.scalars(others)):
        raise Conflict(f"name: there is a {table.__name__.lower()} named {text} already.", field="name")
    return text
