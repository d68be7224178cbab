"""Alembic's entry point. The connection comes from `app.core.schema`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

import models
from models.base import metadata

assert models.__all__, "importing models registers every table"


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=_render)
    with context.begin_transaction():
        context.run_migrations()


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    return "models.base.Json" if kind == "type" and isinstance(item, JSON) else False


run()
