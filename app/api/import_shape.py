"""Imports as the REST API shows them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from app.api.record_shape import EXAMPLE_ID
from app.transfer.importing import RowOutcome
from models import Import

IMPORT_EXAMPLES = {"examples": {"csv": {"value": "Name,Email\nDana Diaz,dana@granite.example\n"}}}
_PLAN = {
    "columns": [{"heading": "Name", "field": "name"}, {"heading": "Email", "field": "email"}],
    "match": ["email"],
    "on_match": "update",
    "create_options": False,
    "create_related": False,
}


class ImportOut(BaseModel):
    """How far an import is: `handled` of `total` rows. The counts are those of the check until it runs.

    `state` is `ready`, `checking`, `checked`, `running`, `done`, `undoing`, `undone` or `failed` (with `problem`).
    `plan` says what columns mean; `layout` how the file was read.
    """

    id: str = Field(examples=[EXAMPLE_ID])
    folder_id: str = Field(examples=[EXAMPLE_ID])
    member_id: str = Field(examples=[EXAMPLE_ID])
    file_name: str = Field(examples=["people.csv"])
    headings: list[str] = Field(examples=[["Name", "Email"]])
    layout: dict[str, Any] = Field(examples=[{"format": "csv", "encoding": "utf-8", "delimiter": ","}])
    plan: dict[str, Any] = Field(examples=[_PLAN])
    state: str = Field(examples=["checked"])
    problem: str = Field(examples=[""])
    total: int = Field(examples=[1200])
    handled: int = Field(examples=[1200])
    created: int = Field(examples=[1100])
    updated: int = Field(examples=[60])
    skipped: int = Field(examples=[30])
    failed: int = Field(examples=[10])
    created_at: datetime
    finished_at: datetime | None


class ImportRowOut(BaseModel):
    """A row by its number in the file (the headings are row 1). `action` is empty until it is checked or taken in.

    It is `create`, `update`, `skip` or `reject`; after an undo `undone`, or `stay` for what people changed since.
    """

    number: int = Field(examples=[2])
    cells: list[str] = Field(examples=[["Dana Diaz", "dana@granite.example"]])
    action: str = Field(examples=["create"])
    record_id: str | None = Field(examples=[EXAMPLE_ID])
    reason: str = Field(examples=[""])


def shown(taken: Import) -> ImportOut:
    return ImportOut(**{name: getattr(taken, name) for name in ImportOut.model_fields})


def row_shown(row: RowOutcome) -> ImportRowOut:
    return ImportRowOut(**{name: getattr(row, name) for name in ImportRowOut.model_fields})
