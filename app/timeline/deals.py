"""Deals as cards show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col

from app.records.redact import redacted
from app.workspaces.access import Viewer
from models import Record, Stage


@dataclass(frozen=True, slots=True)
class Deal:
    """`amount` in minor units of `currency`."""

    id: str
    name: str
    stage_id: str
    stage: str
    amount: int | None
    currency: str | None
    close_on: date | None
    folder_id: str
    owner_id: str | None
    territory_id: str | None


DEAL_COLUMNS = (
    col(Record.id),
    col(Record.name),
    col(Stage.id),
    col(Stage.name),
    col(Record.amount),
    col(Record.currency),
    col(Record.close_on),
    col(Record.folder_id),
    col(Record.owner_id),
    col(Record.territory_id),
)
"""What a `Deal` is made of, in its order; from a record joined with its stage."""


def deal_from(viewer: Viewer, row: Sequence[Any]) -> Deal:
    """A deal from the values of DEAL_COLUMNS, as far as the viewer may know them."""
    return redacted(viewer, Deal(*row))
