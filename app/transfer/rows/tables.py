"""Which tables hold what people gave into Sidenote's care, and in which order they are filled."""

from sqlalchemy import Table

import models
from models.base import metadata

assert models.__all__, "importing models registers every table"

PASSING = frozenset({"executor"})
"""Signs of life of running processes."""
WORKED_OUT = frozenset({"search_word", "search_spelling", "search_due"})
"""What search looks things up in: `app.timeline.search.rebuilding` makes it from the rest."""


def kept_tables() -> list[Table]:
    """All other tables, each after those that it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in PASSING | WORKED_OUT]


def tables_of_a_workspace() -> list[Table]:
    """Those whose rows belong to one workspace, the workspace itself among them."""
    return [table for table in kept_tables() if table.name == "workspace" or "workspace_id" in table.c]
