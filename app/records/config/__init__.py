"""A workspace's configuration as one document: exported, compared, applied.

The document has a list for each noun of NOUNS, which are applied in this order. It names everything by names and keys,
never by ids, so that it means the same in another workspace. Services do the writing, and check it. Ids of records,
which no configuration can carry along, stay as they are.
"""

from typing import Any

from sqlmodel import Session

from app.records.config.cards import Cards
from app.records.config.fields import Fields
from app.records.config.folders import Folders
from app.records.config.noun import Noun, Work
from app.records.config.pipelines import Pipelines
from app.records.config.plan import Step, carry_out
from app.records.config.roles import Roles
from app.records.config.territories import Territories
from app.records.config.views import Views
from app.workspaces.access import Viewer, require_admin

NOUNS: list[Noun] = [Folders(), Fields(), Pipelines(), Roles(), Territories(), Views(), Cards()]
"""Other packages add theirs at the end, when they are registered."""

__all__ = ["NOUNS", "Step", "apply_config", "export_config"]


def export_config(session: Session, *, viewer: Viewer) -> dict[str, list[dict[str, Any]]]:
    """The configuration of the viewer's workspace, for admins."""
    require_admin(viewer)
    work = Work(session, viewer)
    return {noun.name: [noun.brief(item) for _, item in noun.read(work)] for noun in NOUNS}


def apply_config(session: Session, *, viewer: Viewer, document: Any, prune: bool = False) -> list[Step]:
    """Make the workspace as the document says, for admins. Returns what was done.

    What the document does not mention stays, unless `prune`: then what its lists lack is archived or deleted. Raises
    InvalidInput naming the item that cannot be, and whatever stands in its way.
    """
    require_admin(viewer)
    return carry_out(session, viewer, NOUNS, document, prune=prune)
