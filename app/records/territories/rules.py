"""Where the rules of a workspace put its accounts, as one SQL expression.

Of the territories whose rule matches, the first in order counts. An account that no rule matches leaves a territory
that has one, and stays in one without, where somebody put it by hand.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, null, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.records.filters import compile_filter
from app.records.schema import folder_of_kind, schema_of
from models import Folder, Record, Territory


@dataclass(frozen=True, slots=True)
class Rules:
    """`target` is the id of the territory where an account belongs, by SQL."""

    folder: Folder
    target: ColumnElement[Any]

    def misplaced(self, *columns: Any) -> Select[Any]:
        """The accounts that are not where they belong; without those in the archive and the bin."""
        return select(*columns).where(
            col(Record.folder_id) == self.folder.id,
            col(Record.archived_at).is_(None),
            col(Record.deleted_at).is_(None),
            col(Record.territory_id).is_distinct_from(self.target),
        )


def rules_of(session: Session, *, workspace_id: str) -> Rules | None:
    """None when no territory has a rule."""
    ruled = session.scalars(
        select(Territory)
        .where(col(Territory.workspace_id) == workspace_id, col(Territory.rule).is_not(None))
        .order_by(col(Territory.position), col(Territory.id))
    ).all()
    whens = [territory for territory in ruled if territory.rule]
    if not whens:
        return None
    folder = folder_of_kind(session, workspace_id=workspace_id, kind="company")
    schema, now = schema_of(session, folder=folder), utcnow()
    matches = [
        (compile_filter(session, one.rule, schema=schema, viewer=None, now=now, path=f"rule of {one.name}"), one.id)
        for one in whens
    ]
    leaves = (col(Record.territory_id).in_([one.id for one in whens]), null())
    return Rules(folder, case(*matches, leaves, else_=col(Record.territory_id)))
